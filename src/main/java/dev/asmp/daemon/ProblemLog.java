package dev.asmp.daemon;

import dev.asmp.scan.ScanProblem;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Logs what is wrong with manifests: each problem and conflict when it first appears, not at every scan. */
final class ProblemLog {
    private final Log log;
    /** The lines that were told and still hold, with the path that each is about. */
    private Map<String, String> told = Map.of();

    ProblemLog(Log log) {
        this.log = log;
    }

    /** Tells what is new in all that is wrong now. */
    void tell(List<ScanProblem> problems, List<NameConflicts.Conflict> conflicts) {
        Map<String, String> now = lines(problems, conflicts);
        tellNew(now);
        told = now;
    }

    /** Tells what is new in what was found wrong with these files, and with what else was looked at. */
    void tellMore(Set<Path> files, List<ScanProblem> problems, List<NameConflicts.Conflict> conflicts) {
        Map<String, String> now = lines(problems, conflicts);
        tellNew(now);
        Set<String> paths = files.stream().map(Path::toString).collect(Collectors.toSet());
        Map<String, String> all = new HashMap<>(told);
        all.values().removeIf(paths::contains);
        all.putAll(now);
        told = all;
    }

    private static Map<String, String> lines(List<ScanProblem> problems, List<NameConflicts.Conflict> conflicts) {
        Map<String, String> lines = new HashMap<>();
        problems.forEach(
                problem -> lines.put("skipped " + problem.path() + ": " + problem.error(), problem.path()));
        conflicts.forEach(conflict -> lines.put("conflict: '" + conflict.name() + "' stays with " + conflict.kept()
                + ", ignored " + conflict.ignored(), conflict.ignored()));
        return lines;
    }

    private void tellNew(Map<String, String> lines) {
        lines.keySet().stream().filter(line -> !told.containsKey(line)).sorted().forEach(log::warn);
    }
}
