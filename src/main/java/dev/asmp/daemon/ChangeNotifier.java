package dev.asmp.daemon;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.events.Feed;
import dev.asmp.health.HealthChange;
import dev.asmp.health.HealthMonitor;
import dev.asmp.manifest.SecretMask;
import dev.asmp.mcp.Mcp;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.registry.EntryChange;
import dev.asmp.registry.Proposal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what happens: to the log, to the change stream, to agents, and to the probes, which follow what is in service. It
 * does so in order on a thread of its own; those who missed something are told to look at the whole again.
 */
final class ChangeNotifier {
    private final Log log;
    private final Feed feed;
    private final Supplier<Catalog> catalog;
    private final InstantSource clock;
    private final Deliveries deliveries;
    private volatile @Nullable HealthMonitor pulse;
    private volatile @Nullable Mcp agents;

    ChangeNotifier(Log log, Feed feed, Supplier<Catalog> catalog, InstantSource clock, long bytes) {
        this.log = log;
        this.feed = feed;
        this.catalog = catalog;
        this.clock = clock;
        this.deliveries = new Deliveries(bytes, this::missed, log::error);
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

    /** Waits until all is told, no longer than this. */
    void flush(Duration atMost) {
        deliveries.flush(atMost);
    }

    /** Lets all listeners look at the whole again. */
    private void missed(long count) {
        log.warn(count + " changes were not told one by one: there were too many at once");
        feed.skip();
        Mcp listening = agents;
        if (listening != null) {
            listening.allChanged();
        }
        HealthMonitor probes = pulse;
        if (probes != null) {
            Catalog now = catalog.get();
            probes.retain(name -> now.find(name) != null);
            now.entries().forEach(entry -> probe(entry.name()));
        }
    }

    /** The host's profile is another one. */
    void hostChanged(String hostId) {
        deliveries.add(0, () -> tellHost(hostId));
    }

    private void tellHost(String hostId) {
        feed.publish("host", hostId, List.of(),
                Mapping.builder().put("name", hostId).put("at", Timestamps.format(clock.instant())).build());
        Mcp listening = agents;
        if (listening != null) {
            listening.hostChanged();
        }
    }

    /** Something happened to an entry. What is told of it beside the entry is looked up now, not when it is told. */
    void tell(EntryChange change) {
        Entry entry = change.entry();
        Catalog now = catalog.get();
        List<String> warnings = now.warnings(entry);
        Mapping replaces = now.replaces(entry);
        Proposal proposal = now.proposal(entry.name());
        deliveries.add(change.heapBytes(), () -> tell(change, warnings, replaces, proposal));
    }

    private void tell(EntryChange change, List<String> warnings, @Nullable Mapping replaces,
            @Nullable Proposal proposal) {
        Entry entry = change.entry();
        switch (change.kind()) {
            case REGISTERED -> served("registered", "registered " + entry, change, warnings, replaces);
            case CHANGED -> served("changed", "changed " + entry, change, warnings, replaces);
            case ENDPOINTS_MOVED -> {
                log.warn("announced endpoints differ from the manifest: " + entry);
                served("changed", null, change, warnings, replaces);
            }
            case STALE ->
                gone("stale", "stale " + entry + (change.reason() == null ? "" : ": " + change.reason()), entry,
                        change.reason());
            case REMOVED -> gone("removed", "removed " + entry, entry, null);
            case DELETED -> gone("removed", "removed " + entry + ": its index file was deleted", entry, null);
            case PENDING -> proposed("waits for the owner's approval: " + entry, entry, proposal);
            case REJECTED -> proposed("rejected " + entry, entry, proposal);
        }
    }

    private void served(String kind, @Nullable String line, EntryChange change, List<String> warnings,
            @Nullable Mapping replaces) {
        Entry entry = change.entry();
        List<String> fields = kind.equals("changed") ? ChangedFields.between(change.before(), entry) : List.of();
        if (line != null) {
            log.info(line + (fields.isEmpty() ? "" : ": " + String.join(", ", fields)));
        }
        warnings.forEach(warning -> log.warn(entry.name() + ": " + warning));
        if (replaces != null) {
            log.warn(entry + " replaced " + (replaces.text("source") == null ? "" : replaces.text("source") + ", ")
                    + "generation " + replaces.text("generation") + "; asmp undo " + entry.name() + " restores it");
        }
        feed.publish(kind, entry.name(), entry.provides(), data(entry).put("replaces", replaces)
                .put("fields", fields.isEmpty() ? null : Sequence.ofTexts(fields)).build());
        tellAgents(entry.name(), kind.equals("registered"));
        probe(entry.name());
    }

    private void gone(String kind, String line, Entry entry, @Nullable String reason) {
        log.info(line);
        feed.publish(kind, entry.name(), entry.provides(), data(entry).put("reason", reason).build());
        tellAgents(entry.name(), kind.equals("removed"));
        probe(entry.name());
    }

    private void proposed(String line, Entry entry, @Nullable Proposal proposal) {
        log.info(line);
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
        deliveries.add(0, () -> tellHealth(beat));
    }

    private void tellHealth(HealthChange beat) {
        Entry entry = catalog.get().find(beat.name());
        String said = beat.result().error();
        String error = said == null ? null : SecretMask.text(said);
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
