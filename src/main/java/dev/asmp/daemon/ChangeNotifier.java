package dev.asmp.daemon;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.events.Feed;
import dev.asmp.health.HealthChange;
import dev.asmp.health.HealthMonitor;
import dev.asmp.mcp.Mcp;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.registry.EntryChange;
import dev.asmp.registry.Proposal;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Passes on what happens: to the log, to the change stream, and to the probes, which follow what is in service. */
final class ChangeNotifier {
    private final Log log;
    private final Feed feed;
    private final Supplier<Catalog> catalog;
    private final InstantSource clock;
    private volatile @Nullable HealthMonitor pulse;
    private volatile @Nullable Mcp agents;

    ChangeNotifier(Log log, Feed feed, Supplier<Catalog> catalog, InstantSource clock) {
        this.log = log;
        this.feed = feed;
        this.catalog = catalog;
        this.clock = clock;
    }

    /** Probes what is in service now, and from now on what comes. */
    void follow(HealthMonitor probes) {
        pulse = probes;
        catalog.get().entries().forEach(entry -> probe(entry.name()));
    }

    /** Tells agents, too. */
    void notify(Mcp listening) {
        agents = listening;
    }

    private void tellAgents(String name, boolean listChanged) {
        Mcp listening = agents;
        if (listening != null) {
            listening.changed(name);
            if (listChanged) {
                listening.listChanged();
            }
        }
    }

    /** The host's profile is another one. */
    void hostChanged(String hostId) {
        feed.publish("host", hostId, List.of(),
                Mapping.builder().put("name", hostId).put("at", Timestamps.format(clock.instant())).build());
        Mcp listening = agents;
        if (listening != null) {
            listening.hostChanged();
        }
    }

    /** Something happened to an entry. */
    void tell(EntryChange change) {
        Entry entry = change.entry();
        switch (change.kind()) {
            case REGISTERED -> served("registered", "registered " + entry, entry);
            case CHANGED -> served("changed", "changed " + entry, entry);
            case ENDPOINTS_MOVED -> {
                log.warn("announced endpoints differ from the manifest: " + entry);
                served("changed", null, entry);
            }
            case STALE ->
                gone("stale", "stale " + entry + (change.reason() == null ? "" : ": " + change.reason()), entry,
                        change.reason());
            case REMOVED -> gone("removed", "removed " + entry, entry, null);
            case DELETED -> gone("removed", "removed " + entry + ": its index file was deleted", entry, null);
            case PENDING -> proposed("waits for the owner's approval: " + entry, entry);
            case REJECTED -> proposed("rejected " + entry, entry);
        }
    }

    private void served(String kind, @Nullable String line, Entry entry) {
        if (line != null) {
            log.info(line);
        }
        Catalog now = catalog.get();
        now.warnings(entry).forEach(warning -> log.warn(entry.name() + ": " + warning));
        Mapping replaces = now.replaces(entry);
        if (replaces != null) {
            log.warn(entry + " replaced " + (replaces.text("source") == null ? "" : replaces.text("source") + ", ")
                    + "generation " + replaces.text("generation") + "; asmp undo " + entry.name() + " restores it");
        }
        feed.publish(kind, entry.name(), entry.provides(), data(entry).put("replaces", replaces).build());
        tellAgents(entry.name(), kind.equals("registered"));
        probe(entry.name());
    }

    private void gone(String kind, String line, Entry entry, @Nullable String reason) {
        log.info(line);
        feed.publish(kind, entry.name(), entry.provides(), data(entry).put("reason", reason).build());
        tellAgents(entry.name(), kind.equals("removed"));
        probe(entry.name());
    }

    private void proposed(String line, Entry entry) {
        log.info(line);
        Proposal proposal = catalog.get().proposal(entry.name());
        feed.publish("pending", entry.name(), entry.provides(),
                data(entry).put("digest", proposal == null ? null : proposal.digest())
                        .put("note", proposal == null ? null : proposal.note()).build());
    }

    private Mapping.Builder data(Entry entry) {
        return Mapping.builder().put("name", entry.name()).put("status", entry.state().status().word())
                .put("generation", entry.state().generation()).put("sync", entry.state().sync().word())
                .put("provides", Sequence.ofTexts(entry.provides())).put("host", entry.host())
                .put("at", Timestamps.format(clock.instant()));
    }

    /** Probes a service as it is declared now; a stale one is not probed. */
    private synchronized void probe(String name) {
        HealthMonitor probes = pulse;
        Entry entry = catalog.get().find(name);
        byte[] health = entry == null || entry.isStale() ? null : entry.health();
        if (probes == null) {
            return;
        }
        if (health == null) {
            probes.forget(name);
        } else {
            probes.watch(name, Mapping.builder().put("health", Json.read(health)).build());
        }
    }

    /** A probe came to another result than the one before. */
    void tell(HealthChange beat) {
        Entry entry = catalog.get().find(beat.name());
        String error = beat.result().error();
        log.info(beat.name() + " is " + word(beat.to()) + ", was " + word(beat.from())
                + (error == null ? "" : ": " + error));
        tellAgents(beat.name(), false);
        Mapping.Builder data = Mapping.builder().put("name", beat.name()).put("healthy", scalar(beat.to()))
                .put("was", scalar(beat.from()));
        Long latency = beat.result().latencyMs();
        if (latency != null) {
            data.put("latency_ms", latency);
        }
        feed.publish("health", beat.name(), entry == null ? List.of() : entry.provides(),
                data.put("health_error", error).put("at", Timestamps.format(clock.instant())).build());
    }

    private static Scalar scalar(@Nullable Boolean healthy) {
        return healthy == null ? Scalar.NULL : Scalar.bool(healthy);
    }

    private static String word(@Nullable Boolean healthy) {
        return healthy == null ? "unchecked" : healthy ? "healthy" : "unhealthy";
    }
}
