package dev.asmp.faults;

import dev.asmp.faults.ContractModelTest.Op;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The contract about one host's services, as small as it can be said: what an operation makes of a name. */
final class ContractModel {
    private static final Duration LEASE = Duration.ofMinutes(5);

    private final Map<String, Name> names = new TreeMap<>();
    private Instant now;
    private boolean asks;

    /** Where a content came from. */
    enum From {
        SCAN, ANNOUNCE, REGISTER
    }

    /** What an owner approves. */
    record Content(String version, String owner, String mod) {}

    /** A content in service or before the owner, and what is kept of its source and its time to live. */
    record Said(Content content, From from, boolean stale, String digest, Instant expires) {
        boolean outlives(Said other) {
            return from != From.SCAN && expires == null && other.expires != null;
        }

        Said fresh(Content next, From sync) {
            return new Said(next, sync, false, digest, sync == From.ANNOUNCE ? expires : null);
        }
    }

    /** What is known of a name; any of it may be missing. What was proposed waits, or was rejected. */
    record Name(Said service, Said waiting, boolean rejected, String tombstone) {
        static final Name NEW = new Name(null, null, false, null);

        private Said latest() {
            return waiting != null && (!rejected || service == null) ? waiting : service;
        }
    }

    ContractModel(Instant now) {
        this.now = now;
    }

    Name of(String name) {
        return names.getOrDefault(name, Name.NEW);
    }

    void apply(Op op) {
        switch (op.kind()) {
            case ANNOUNCE -> announce(op, null);
            case LEASE -> announce(op, now.plus(LEASE));
            case SCAN -> scan(op);
            case GONE -> stale(op.name(), of(op.name()).service() != null
                    && of(op.name()).service().from() == From.SCAN);
            case EDIT ->
                edit(op.name(), new Said(new Content(op.said(), null, null), From.REGISTER, false, null, null));
            case RM -> names.put(op.name(), new Name(null, of(op.name()).waiting(), of(op.name()).rejected(),
                    of(op.name()).service() == null ? of(op.name()).tombstone() : null));
            case DELETE -> delete(op.name());
            case APPROVE -> approve(op.name());
            case REJECT -> names.computeIfPresent(op.name(), (_, known) -> new Name(known.service(), known.waiting(),
                    known.waiting() != null, known.tombstone()));
            case PATCH -> patch(op);
            case ATTACH -> mod(op.name(), op.said());
            case DETACH -> mod(op.name(), null);
            case ASK -> asks = true;
            case ADMIT -> asks = false;
            case LATER -> pass(Duration.ofMinutes(3));
            case BACK, AHEAD -> pass(Duration.ZERO); // what had expired already is noticed
            case RESTART -> {
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very same proposal
    private void put(String name, Said service, Said waiting) {
        boolean rejected = of(name).rejected() && waiting != null && waiting == of(name).waiting();
        names.put(name, new Name(service, waiting, rejected, service == null ? of(name).tombstone() : null));
    }

    /** Whether the owner rejected just that. */
    private boolean isRefused(String name, Said next) {
        Said waiting = of(name).waiting();
        return of(name).rejected() && waiting.content().equals(next.content());
    }

    /** Puts it into service, or before the owner; tells whether it waits now. */
    private boolean take(String name, Said next) {
        Said service = of(name).service();
        Said waiting = of(name).waiting();
        if (asks && (service == null || next.outlives(service) || !service.content().equals(next.content()))) {
            boolean refused = isRefused(name, next);
            boolean same = waiting != null && waiting.content().equals(next.content()) && next.from() != From.SCAN;
            put(name, service, refused ? waiting : same ? approved(waiting, next) : next);
            return !refused;
        }
        boolean done = waiting != null
                && (!asks || (waiting.content().equals(next.content()) && !waiting.outlives(next)));
        put(name, next, done ? null : waiting);
        return false;
    }

    private void edit(String name, Said next) {
        Said waiting = of(name).waiting();
        boolean done = waiting != null && !of(name).rejected() && waiting.content().equals(next.content())
                && !waiting.outlives(next);
        put(name, next, done ? null : waiting);
    }

    private void announce(Op op, Instant claimed) {
        Said old = of(op.name()).service();
        Content content = new Content(op.said(), null, old == null ? null : old.content().mod());
        Said next = new Said(content, From.ANNOUNCE, false, old == null ? null : old.digest(), claimed);
        if (asks && old != null && old.content().equals(content) && !next.outlives(old)) {
            next = approved(old, next);
        }
        boolean waits = take(op.name(), next);
        if (waits && old != null && old.expires() != null) {
            put(op.name(), new Said(old.content(), old.from(), false, old.digest(), approved(old, next).expires()),
                    of(op.name()).waiting());
        }
    }

    /** A program renews the life that was approved, and neither sets an end nor brings it on; all last as long. */
    private Said approved(Said old, Said claimed) {
        if (old.expires() != null) {
            return new Said(claimed.content(), claimed.from(), false, claimed.digest(), now.plus(LEASE));
        }
        if (old.from() == From.SCAN) {
            return old.stale() ? claimed : new Said(claimed.content(), From.SCAN, false, old.digest(), null);
        }
        return new Said(claimed.content(), claimed.from(), false, claimed.digest(), null);
    }

    private void scan(Op op) {
        String digest = "digest of " + op.said();
        Name known = of(op.name());
        Said old = known.service();
        boolean expired = old != null && old.expires() != null && !now.isBefore(old.expires());
        if (old == null
                ? digest.equals(known.tombstone())
                : digest.equals(old.digest()) && (old.from() == From.SCAN ? !old.stale() : !expired)) {
            return; // a scan that finds nothing new says nothing, also not to what waits
        }
        if (old != null && old.from() != From.SCAN && !expired && old.digest() == null) {
            take(op.name(), new Said(old.content(), old.from(), old.stale(), digest, old.expires()));
            return;
        }
        take(op.name(), new Said(new Content(op.said(), null, old == null ? null : old.content().mod()), From.SCAN,
                false, digest, null));
    }

    private void delete(String name) {
        Name known = of(name);
        Said shown = known.service() != null ? known.service() : known.waiting();
        if (shown != null) {
            Said file = known.waiting() != null && known.waiting().from() == From.SCAN ? known.waiting() : shown;
            names.put(name, new Name(null, null, false, file.digest()));
        }
    }

    private void approve(String name) {
        Said waiting = of(name).waiting();
        if (waiting != null) {
            put(name, waiting, null);
        }
    }

    private void patch(Op op) {
        Said latest = of(op.name()).latest();
        if (latest != null && !op.said().equals(latest.content().owner())) {
            From from = latest.from() == From.ANNOUNCE ? From.ANNOUNCE : From.REGISTER;
            edited(op.name(), latest.fresh(new Content(latest.content().version(), op.said(), latest.content().mod()),
                    from));
        }
    }

    /** Takes an edit; one that leads back to what is approved says nothing about how long that lives. */
    private void edited(String name, Said next) {
        Said service = of(name).service();
        boolean isBack = asks && service != null && service.content().equals(next.content())
                && !Objects.equals(service.expires(), next.expires());
        take(name, isBack ? service : next);
    }

    private void mod(String name, String mod) {
        Said latest = of(name).latest();
        boolean same = latest != null
                && (mod == null ? latest.content().mod() == null : mod.equals(latest.content().mod()));
        if (of(name).service() != null && latest != null && !same) {
            Content content = new Content(latest.content().version(), latest.content().owner(), mod);
            edited(name, new Said(content, latest.from(), false, latest.digest(), latest.expires()));
        }
    }

    private void pass(Duration time) {
        now = now.plus(time);
        names.keySet().forEach(name -> {
            Said service = of(name).service();
            stale(name, service != null && service.expires() != null && !now.isBefore(service.expires()));
        });
    }

    private void stale(String name, boolean is) {
        Said old = of(name).service();
        if (is) {
            put(name, new Said(old.content(), old.from(), true, old.digest(), old.expires()), of(name).waiting());
        }
    }
}
