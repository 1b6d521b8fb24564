package dev.asmp.cli;

import dev.asmp.cli.DoctorCommand.Finding;
import dev.asmp.cli.DoctorCommand.Level;
import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryException;
import dev.asmp.client.RegistryFinder;
import dev.asmp.daemon.Build;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Environment;
import dev.asmp.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The checks of {@code asmp doctor} that ask the running registry. */
final class RegistryChecks {
    private static final int SHOWN = 5;
    private static final long SLOW_SCAN_MILLIS = 5_000;
    private static final long PERCENT = 100;
    private static final long MANY_STALE = 20;

    private final RegistryFinder registry;
    private final List<Finding> findings = new ArrayList<>();

    private RegistryChecks(RegistryFinder registry) {
        this.registry = registry;
    }

    static List<Finding> of(Environment environment) {
        RegistryChecks checks = new RegistryChecks(new RegistryFinder(environment));
        try {
            checks.all();
        } catch (RegistryException e) {
            checks.add(Level.ERROR, "registry", String.valueOf(e.getMessage()), null);
        }
        return checks.findings;
    }

    private void add(Level level, String subject, String text, @Nullable String advice) {
        findings.add(new Finding(level, subject, text, advice, null));
    }

    private Mapping get(String path) {
        return JsonReader.mapping(registry.ask(Request.of("GET", path)));
    }

    private void all() {
        Mapping status = get("/status");
        version(status);
        paths(status);
        scan(status);
        index(status);
        services(status);
        decisions(status);
        needs();
        hosts();
    }

    /** The peers that do not answer, and what of the others' answers cannot be used. */
    private void hosts() {
        for (Mapping host : JsonReader.mappings(get("/hosts"), "hosts")) {
            String name = host.text("host");
            String error = host.text("error");
            if (error != null) {
                add(Level.WARNING, "hosts", name + ": " + error, "asmp hosts --sync asks again; docs/hosts.md");
            } else if ("ok".equals(host.text("status"))) {
                add(Level.OK, "hosts", name + " answers; services: " + host.text("services"), null);
            }
            host.texts("problems").forEach(problem -> add(Level.WARNING, "hosts", name + ": " + problem, null));
        }
    }

    private void version(Mapping status) {
        Build theirs = Build.of(status);
        Build mine = Build.ofThisProgram();
        boolean same = theirs.equals(mine);
        add(same ? Level.OK : Level.WARNING, "registry", registry.url() + ", version " + theirs
                + (same ? "" : "; this program is " + mine), same ? null : "restart the daemon");
        String problem = status.mapping("disk").text("problem");
        if (problem != null) {
            add(Level.ERROR, "registry", "changes cannot be saved: " + problem,
                    "make room, or give it back its rights");
        }
    }

    private void paths(Mapping status) {
        List<Mapping> paths = JsonReader.mappings(status, "scan_paths");
        if (paths.isEmpty()) {
            add(Level.WARNING, "scan", "no folder is scanned", "name some in host.yaml under discovery.scan_paths");
        }
        for (Mapping path : paths) {
            String problem = path.text("problem");
            if (problem != null) {
                add(Level.ERROR, "scan", path.text("path") + ": " + problem, "correct or remove it in host.yaml");
            }
        }
    }

    private void scan(Mapping status) {
        Mapping last = status.mapping("last_scan");
        if (last.isEmpty()) {
            return;
        }
        long took = number(last, "duration_ms");
        add(took > SLOW_SCAN_MILLIS ? Level.WARNING : Level.OK, "scan",
                "the last one looked into " + last.text("folders")
                        + " folders in " + took + " ms and found " + last.text("scanned") + " manifests",
                took > SLOW_SCAN_MILLIS ? "scan fewer folders, or name some in discovery.ignore" : null);
        for (Mapping problem : JsonReader.mappings(status.mapping("problems"), "first").stream().limit(SHOWN)
                .toList()) {
            add(Level.WARNING, "manifest", problem.text("path") + ": " + problem.text("error"), "asmp validate '"
                    + problem.text("path") + "'");
        }
        for (Mapping conflict : JsonReader.mappings(status.mapping("conflicts"), "first").stream().limit(SHOWN)
                .toList()) {
            add(Level.WARNING, "manifest", "'" + conflict.text("name") + "' is claimed by " + conflict.text("kept")
                    + " and " + conflict.text("ignored"), "rename one of them");
        }
    }

    private void index(Mapping status) {
        Mapping index = status.mapping("index");
        long bytes = number(index, "bytes");
        long limit = number(index, "limit");
        if (limit > 0) {
            boolean nearlyFull = bytes * PERCENT / limit >= 90;
            add(nearlyFull ? Level.WARNING : Level.OK, "index", (bytes >> 20) + " MB of " + (limit >> 20)
                    + " MB of memory are used", nearlyFull ? "asmp prune, or scan fewer folders" : null);
        }
    }

    private void services(Mapping status) {
        long total = number(status.mapping("services"), "total");
        long stale = number(status.mapping("stale"), "count");
        if (stale > 0) {
            add(stale * PERCENT > MANY_STALE * total ? Level.WARNING : Level.HINT, "services",
                    stale + " of " + total + " are stale: " + names(status, "stale"), "asmp prune removes them");
        }
        if (number(status.mapping("unhealthy"), "count") > 0) {
            add(Level.WARNING, "services", "unhealthy: " + names(status, "unhealthy"), "asmp get NAME says why");
        }
        status.texts("warnings").stream().limit(SHOWN).forEach(warning -> add(Level.HINT, "services", warning, null));
        if (stale == 0 && number(status.mapping("unhealthy"), "count") == 0) {
            add(Level.OK, "services", total + ", none stale, none unhealthy", null);
        }
    }

    private void decisions(Mapping status) {
        if (number(status.mapping("pending"), "count") > 0) {
            add(Level.HINT, "approval", "waiting: " + names(status, "pending"), "asmp pending");
        }
    }

    /** The capabilities that services require and nothing provides. */
    private void needs() {
        Map<String, List<String>> missing = new TreeMap<>();
        Mapping graph = get("/graph");
        for (Mapping gap : JsonReader.mappings(graph, "missing")) {
            missing.computeIfAbsent(String.valueOf(gap.text("name")), _ -> new ArrayList<>())
                    .add(String.valueOf(gap.text("from")));
        }
        missing.entrySet().stream().limit(SHOWN).forEach(gap -> add(Level.WARNING, "needs", "nothing provides '"
                + gap.getKey() + "', which " + String.join(", ", gap.getValue().stream().limit(SHOWN).toList())
                + " needs", "asmp todo " + ShellWord.of(gap.getKey()) + ", or start what provides it"));
        if (missing.isEmpty()) {
            add(Level.OK, "needs", "everything that services require is provided", null);
        }
    }

    private static String names(Mapping status, String key) {
        List<String> names = status.mapping(key).texts("names");
        return String.join(", ", names.stream().limit(SHOWN).toList()) + (names.size() > SHOWN ? ", …" : "");
    }

    private static long number(Mapping mapping, String key) {
        return Long.parseLong(ServiceTable.or(mapping.text(key), "0"));
    }
}
