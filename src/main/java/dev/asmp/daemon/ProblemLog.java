package dev.asmp.daemon;

import dev.asmp.registry.Proposal;
import dev.asmp.scan.ScanProblem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The problems with manifests that exist now; each problem and conflict is logged when it first appears, not at every scan. */
final class ProblemLog {
    private final Log log;
    private static final Pattern FOLDER = Pattern.compile("/([^/]+)(?:/infra)?/asmp\\.yaml$");

    private volatile List<ScanProblem> problems = List.of();
    private volatile Index index = new Index(Map.of(), Map.of(), Map.of());
    private volatile long revision;
    private List<NameConflicts.Conflict> conflicts = List.of();

    ProblemLog(Log log) {
        this.log = log;
    }

    /** The problems that exist now; for any thread. */
    List<ScanProblem> problems() {
        return problems;
    }

    /** A number that grows with each change of the problems; for any thread. */
    long revision() {
        return revision;
    }

    /** Returns the problem with a service's manifest, by name or source, else by the manifest's folder; for any thread. */
    @Nullable
    ScanProblem problemOf(String service, @Nullable String source) {
        Index now = index;
        ScanProblem named = now.byName.get(service);
        return named != null ? named : source != null ? now.byPath.get(source) : now.byFolder.get(service);
    }

    /** The problems by what a lookup asks for, since every lookup of a service asks. */
    private record Index(Map<String, ScanProblem> byName, Map<String, ScanProblem> byPath,
            Map<String, ScanProblem> byFolder) {
        static Index of(List<ScanProblem> problems) {
            Index index = new Index(new HashMap<>(), new HashMap<>(), new HashMap<>());
            problems.forEach(index::add);
            return index;
        }

        private void add(ScanProblem problem) {
            if (problem.error().equals(Proposal.WAITS)) {
                return; // the proposal itself says so, until it is decided
            }
            byPath.putIfAbsent(problem.path(), problem);
            Matcher folder = FOLDER.matcher(problem.path());
            if (problem.name() != null) {
                byName.putIfAbsent(problem.name(), problem);
            } else if (folder.find()) {
                byFolder.putIfAbsent(folder.group(1), problem);
            }
        }
    }

    /** Replaces all problems by those of a scan, and logs the new ones. */
    void tell(List<ScanProblem> all, List<NameConflicts.Conflict> allConflicts) {
        Set<String> known = new HashSet<>(lines(problems, conflicts));
        if (!all.equals(problems)) {
            problems = List.copyOf(all);
            index = Index.of(problems);
            revision++;
        }
        conflicts = List.copyOf(allConflicts);
        lines(problems, conflicts).stream().filter(line -> !known.contains(line)).forEach(log::warn);
    }

    /** Replaces the problems of these files, and adds what else a look at changes found. */
    void tellMore(Set<String> files, List<ScanProblem> more, List<NameConflicts.Conflict> moreConflicts) {
        Set<String> covered = Stream.concat(files.stream(), more.stream().map(ScanProblem::path))
                .collect(Collectors.toSet());
        List<ScanProblem> all = new ArrayList<>(problems);
        all.removeIf(problem -> covered.contains(problem.path()));
        all.addAll(more);
        List<NameConflicts.Conflict> allConflicts = new ArrayList<>(conflicts);
        allConflicts.removeIf(conflict -> files.contains(conflict.ignored()) || moreConflicts.contains(conflict));
        allConflicts.addAll(moreConflicts);
        tell(all, allConflicts);
    }

    private static Set<String> lines(List<ScanProblem> problems, List<NameConflicts.Conflict> conflicts) {
        Set<String> lines = new TreeSet<>();
        problems.forEach(problem -> lines.add("skipped " + problem.path() + ": " + problem.error()));
        conflicts.forEach(conflict -> lines.add("conflict: '" + conflict.name() + "' stays with " + conflict.kept()
                + ", ignored " + conflict.ignored()));
        return lines;
    }
}
