package dev.asmp.registry;

import dev.asmp.document.JsonSplice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/** All offers of one capability, and the answer that lists them, which is rendered at the first request. */
public final class Offers {
    static final Offers NONE = new Offers(TreePMap.empty());

    /**
     * One item of the answer to "who provides this?": a service, or a mod with the service it is attached to.
     *
     * @param text what the manifest contributes, as a JSON object
     */
    record Offer(Entry entry, String name, List<String> provides, byte[] text) {
        /** What an entry and its mods offer. */
        static List<Offer> of(Entry entry) {
            return entry.text().offers().stream()
                    .map(offered -> new Offer(entry, offered.name(), offered.provides(), offered.json())).toList();
        }

        /** Sorts a service: healthy, then unknown, then unhealthy, then stale. */
        int rank(Liveness liveness) {
            if (entry.isStale()) {
                return 3;
            }
            Boolean healthy = liveness.healthy(entry.name());
            return healthy == null ? 1 : healthy ? 0 : 2;
        }

        /** The item as JSON, with the registry's own keys and the last probe's result. */
        byte[] json(byte[] health) {
            return JsonSplice.append(text, entry.offerMembers(), health);
        }
    }

    /** A longer answer is not held in memory as a whole. */
    private static final long LONG = 8L * 1024 * 1024;
    /** An item's own keys and its health, in most cases. */
    private static final long MEMBERS = 300;

    private final TreePMap<String, Offer> byName;
    // Two threads may render it at the same time, with the same result.
    private volatile @Nullable Rendered rendered;
    private AnswerCache.@Nullable Kept kept;

    /** An offer with its place in the answer, and its health as it is shown there. */
    private record Ranked(Offer offer, int rank, byte[] health) {
        byte[] json() {
            return offer.json(health);
        }
    }

    /**
     * An item of a long answer. A client that reads slowly does not keep it in memory once it was replaced: then it is written as
     * it is at that moment, or left out where it is gone.
     */
    private record Later(WeakReference<Offer> offer, String service, String name, byte[] health, Liveness liveness) {
        static Later of(Ranked ranked, Liveness liveness) {
            Offer offer = ranked.offer;
            return new Later(new WeakReference<>(offer), offer.entry.name(), offer.name, ranked.health, liveness);
        }

        byte @Nullable [] json() {
            Offer known = offer.get();
            Entry entry = known == null ? liveness.current(service) : null;
            Offer now = entry == null
                    ? known
                    : Offer.of(entry).stream().filter(one -> one.name.equals(name)).findFirst().orElse(null);
            return now == null ? null : now.json(health);
        }
    }

    /**
     * The answer, and a fingerprint of what matters in it: who offers, where, and how they are. A renewed announcement changes the
     * answer's generation, and not the fingerprint.
     */
    public static final class Rendered {
        private final long revision;
        private final byte @Nullable [] json;
        private final long fingerprint;
        private final List<Later> items;
        private final List<byte[]> health;

        private Rendered(long revision, byte @Nullable [] json, long fingerprint, List<Later> items,
                List<byte[]> health) {
            this.revision = revision;
            this.json = json;
            this.fingerprint = fingerprint;
            this.items = items;
            this.health = health;
        }

        /** Whether it is too long to be held as a whole. */
        public boolean isLong() {
            return json == null;
        }

        /** The answer as a JSON array, unless it is long. */
        public byte[] json() {
            return Objects.requireNonNull(json, "a long answer is written");
        }

        public long fingerprint() {
            return fingerprint;
        }

        /** Writes a long answer item by item. */
        public void writeTo(OutputStream out) throws IOException {
            out.write('[');
            boolean first = true;
            for (Later item : items) {
                byte[] json = item.json();
                if (json != null) {
                    if (!first) {
                        out.write(',');
                    }
                    out.write(json);
                    first = false;
                }
            }
            out.write(']');
        }

        /** The same answer for another revision, if the health of all offers is still the one that it shows. */
        private boolean holds(Collection<Offer> offers, Liveness liveness) {
            int i = 0;
            for (Offer offer : offers) {
                if (!Arrays.equals(health.get(i++), liveness.members(offer.entry().name()))) {
                    return false;
                }
            }
            return true;
        }
    }

    private Offers(TreePMap<String, Offer> byName) {
        this.byName = byName;
    }

    /** The key of an offer: a mod may have the name of a service. */
    private static String key(Offer offer) {
        String parent = offer.entry().name();
        return offer.name().equals(parent) ? parent : offer.name() + " of " + parent;
    }

    Offers with(Offer offer) {
        return new Offers(byName.plus(key(offer), offer));
    }

    Offers without(Offer offer) {
        return new Offers(byName.minus(key(offer)));
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    Collection<Offer> all() {
        return byName.values();
    }

    Rendered rendered(Liveness liveness, AnswerCache cache) {
        long revision = liveness.revision();
        Rendered known = rendered;
        if (known != null && known.revision == revision) {
            return known;
        }
        if (known != null && known.holds(byName.values(), liveness)) {
            Rendered same = new Rendered(revision, known.json, known.fingerprint, known.items, known.health);
            rendered = same;
            return same;
        }
        Rendered next = render(byName.values(), liveness, revision);
        byte[] json = next.json;
        if (json != null) {
            keep(next, json.length, cache);
        }
        return next;
    }

    private synchronized void keep(Rendered next, int bytes, AnswerCache cache) {
        rendered = next;
        kept = cache.keep(this, bytes, kept);
    }

    /** Lets the answer go; the next request renders it again. */
    void dropAnswer() {
        rendered = null;
    }

    /** Renders offers as a JSON array: the healthy first, the stale last, by name. */
    static Rendered render(Collection<Offer> offers, Liveness liveness, long revision) {
        List<Ranked> unsorted = offers.stream()
                .map(offer -> new Ranked(offer, offer.rank(liveness), liveness.members(offer.entry().name()))).toList();
        List<Ranked> sorted = unsorted.stream()
                .sorted(Comparator.comparingInt(Ranked::rank).thenComparing(ranked -> ranked.offer.name())).toList();
        CRC32C fingerprint = new CRC32C();
        long length = 0;
        for (Ranked ranked : sorted) {
            fingerprint.update(ranked.offer.text());
            fingerprint.update(ranked.rank);
            length += ranked.offer.text().length + MEMBERS;
        }
        if (length > LONG) {
            return new Rendered(revision, null, fingerprint.getValue(),
                    sorted.stream().map(ranked -> Later.of(ranked, liveness)).toList(), List.of());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream((int) length + 16);
        try {
            write(sorted, out);
        } catch (IOException e) {
            throw new AssertionError("memory takes all", e);
        }
        return new Rendered(revision, out.toByteArray(), fingerprint.getValue(), List.of(),
                unsorted.stream().map(Ranked::health).toList());
    }

    private static void write(List<Ranked> items, OutputStream out) throws IOException {
        out.write('[');
        boolean first = true;
        for (Ranked item : items) {
            if (!first) {
                out.write(',');
            }
            out.write(item.json());
            first = false;
        }
        out.write(']');
    }
}
