package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.health.HealthCounts;
import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Discoveries;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Proposal;
import dev.asmp.vm.VmCounts;
import dev.asmp.vm.VmStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code GET /status}: everything that an owner looks at first, in one answer, and what needs attention in words. */
final class StatusResource {
    /** The names that a list holds at most, beside the count of all. */
    private static final int SHOWN = 20;
    private static final int NAMED = 5;
    private static final long LITTLE = 100L * 1024 * 1024;

    private final ApiSources sources;
    private final Supplier<@Nullable String> url;

    StatusResource(ApiSources sources, Supplier<@Nullable String> url) {
        this.sources = sources;
        this.url = url;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/status", _ -> Answer.ok(status()).fleeting());
    }

    private Mapping status() {
        DaemonState daemon = sources.daemon();
        HostProfile host = sources.profile().get();
        Catalog catalog = sources.registry().catalog();
        HealthCounts counts = sources.health().counts();
        List<String> attention = new ArrayList<>();
        Mapping disk = disk(daemon, attention);
        Names pending = Names.of(catalog.proposals().stream().filter(Proposal::isPending).map(Proposal::name));
        Names unhealthy = Names.of(catalog.entries().stream().map(Entry::name)
                .filter(name -> Boolean.FALSE.equals(sources.health().healthy(name))));
        Names stale = Names.of(catalog.entries().stream().filter(Entry::isStale).map(Entry::name));
        Discoveries.Pending notes = sources.discoveries().pending(catalog, SHOWN);
        pending.tell("waits for your approval", "wait for your approval", attention);
        unhealthy.tell("is unhealthy", "are unhealthy", attention);
        stale.tell("is stale", "are stale", attention);
        Mapping.Builder answer = Mapping.builder().put("version", daemon.version()).put("commit", daemon.commit())
                .put("host", host.hostId())
                .put("started_at", Timestamps.format(daemon.startedAt()))
                .put("uptime", daemon.uptime().toSeconds())
                .put("api", url.get()).put("fleet", daemon.fleetUrl())
                .put("scan_paths", new Sequence(scanPaths(host, daemon, attention)));
        lastScan(answer, daemon, catalog, attention);
        answer.put("services", Mapping.builder().put("total", catalog.size()).put("healthy", counts.healthy())
                .put("unhealthy", counts.unhealthy())
                .put("unchecked", Math.max(0, catalog.size() - counts.healthy() - counts.unhealthy())).build())
                .put("unhealthy", unhealthy.document()).put("stale", stale.document())
                .put("pending", pending.document())
                .put("notes", new Names(notes.count(), notes.first()).document());
        vms(answer, attention);
        answer.put("index",
                Mapping.builder().put("bytes", daemon.indexBytes()).put("limit", daemon.indexLimit()).build());
        return answer.put("disk", disk).put("warnings", Sequence.ofTexts(catalog.ports().shared(SHOWN, NAMED)))
                .put("attention", Sequence.ofTexts(attention)).build();
    }

    private static Mapping disk(DaemonState daemon, List<String> attention) {
        String problem = daemon.writeProblem();
        long free = daemon.freeBytes();
        if (problem != null) {
            attention.add("changes cannot be saved: " + problem);
        } else if (free >= 0 && free < LITTLE) {
            attention.add("only " + free / (1024 * 1024) + " MB are free on the disk of the state folder");
        }
        Mapping.Builder disk = Mapping.builder();
        if (free >= 0) {
            disk.put("free_bytes", free);
        }
        return disk.put("problem", problem).build();
    }

    private static List<Document> scanPaths(HostProfile host, DaemonState daemon, List<String> attention) {
        return host.discovery().scanPaths().stream().<Document>map(path -> {
            String problem = path.problem() != null
                    ? path.problem()
                    : daemon.issues().stream().filter(issue -> issue.path().equals(path.written()))
                            .map(DaemonState.Issue::error).findFirst().orElse(null);
            if (problem != null) {
                attention.add("the scan path " + path.written() + ": " + problem);
            }
            return Mapping.builder().put("path", path.written()).put("problem", problem).build();
        }).toList();
    }

    /** Adds the last scan, its long lists cut, and what its problems are now. */
    private static void lastScan(Mapping.Builder answer, DaemonState daemon, Catalog catalog,
            List<String> attention) {
        DaemonState.LastScan last = daemon.lastScan();
        if (last == null) {
            return;
        }
        List<Document> conflicts = last.report().list("conflicts");
        answer.put("last_scan", Mapping.builder().put("at", Timestamps.format(last.at())).putAll(last.report()
                .without(List.of("problems", "conflicts"))).build());
        List<DaemonState.Issue> issues = daemon.issues().stream().filter(issue -> issue.path().startsWith("/")
                && (issue.name() == null || catalog.proposal(issue.name()) == null)).toList(); // what waits is told as such
        answer.put("problems",
                listed(issues.size(), issues.stream().limit(SHOWN).<Document>map(issue -> Mapping.builder()
                        .put("path", issue.path()).put("name", issue.name()).put("error", issue.error()).build())
                        .toList()))
                .put("conflicts", listed(conflicts.size(), conflicts.stream().limit(SHOWN).toList()));
        issues.stream().limit(NAMED).forEach(issue -> attention.add(issue.path() + ": " + issue.error()));
        if (issues.size() > NAMED) {
            attention.add(issues.size() - NAMED + " more files cannot be used");
        }
        conflicts.stream().limit(NAMED).forEach(one -> {
            if (one instanceof Mapping conflict) {
                attention.add("'" + conflict.text("name") + "' is claimed by " + conflict.text("kept") + " and "
                        + conflict.text("ignored"));
            }
        });
    }

    private void vms(Mapping.Builder answer, List<String> attention) {
        VmCounts vms = sources.vms().counts();
        if (vms.running() + vms.paused() + vms.stopped() + vms.stale() > 0) {
            answer.put("vms", Mapping.builder().put("running", vms.running()).put("paused", vms.paused())
                    .put("stopped", vms.stopped()).put("stale", vms.stale()).build());
        }
        VmStore.Outage outage = sources.vms().outage();
        if (outage != null) {
            attention.add("the fleet is shown as of " + Timestamps.format(outage.since()) + ": " + outage.reason());
        }
        if (vms.stale() > 0) {
            attention.add(vms.stale() + (vms.stale() == 1 ? " VM is stale" : " VMs are stale"));
        }
    }

    private static Mapping listed(int count, List<Document> first) {
        return Mapping.builder().put("count", count).put("first", new Sequence(first)).build();
    }

    /** Names, counted, of which the first are kept. */
    private record Names(int count, List<String> first) {
        static Names of(Stream<String> names) {
            List<String> all = names.toList();
            return new Names(all.size(), all.stream().limit(SHOWN).toList());
        }

        Mapping document() {
            return Mapping.builder().put("count", count).put("names", Sequence.ofTexts(first)).build();
        }

        void tell(String one, String several, List<String> attention) {
            if (count > 0) {
                attention.add((count == 1 ? "1 service " + one : count + " services " + several) + ": "
                        + String.join(", ", first.stream().limit(NAMED).toList()) + (count > NAMED ? ", …" : ""));
            }
        }
    }
}
