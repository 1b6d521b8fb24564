package dev.asmp.daemon;

import dev.asmp.registry.Proposal;
import dev.asmp.scan.ScanProblem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The problems with manifests that exist now, up to a limit; each problem and conflict is logged when it first appears, not at
 * every scan.
 */
final class ProblemLog {
    private final Log log;
    private static final Pattern FOLDER = Pattern.compile("/([^/]+)(?:/infra)?/asmp\\.yaml$");

    private volatile List<ScanProblem> problems = List.of();
    private volatile Index index = new Index(Map.of(), Map.of(), Map.of());
    private final AtomicLong revision = new AtomicLong();
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
        return revision.get();
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
        Set<String> known = lines(problems, conflicts).keySet();
        if (!all.equals(problems)) {
            problems = List.copyOf(all);
            index = Index.of(problems);
            revision.incrementAndGet();
        }
        conflicts = List.copyOf(allConflicts);
        lines(problems, conflicts).forEach((fact, line) -> {
            if (!known.contains(fact)) {
                log.warn(line);
            }
        });
    }

    /** Replaces the problems of these files, and adds what else a look at changes found. */
    void tellMore(Set<String> files, List<ScanProblem> more, List<NameConflicts.Conflict> moreConflicts) {
        Set<String> covered = Stream.concat(files.stream(), more.stream().map(ScanProblem::path))
                .collect(Collectors.toSet());
        List<ScanProblem> all = new ArrayList<>(problems);
        all.removeIf(problem -> covered.contains(problem.path()));
        all.addAll(more.subList(0, Math.clamp(ScanOutcome.MOST - all.size(), 0, more.size())));
        List<NameConflicts.Conflict> allConflicts = new ArrayList<>(conflicts);
        allConflicts.removeIf(conflict -> files.contains(conflict.ignored()) || moreConflicts.contains(conflict));
        allConflicts.addAll(moreConflicts);
        tell(all, allConflicts.subList(0, Math.min(ScanOutcome.MOST, allConflicts.size())));
    }

    /** The lines for these problems, by what makes each a new one. */
    private static Map<String, String> lines(List<ScanProblem> problems, List<NameConflicts.Conflict> conflicts) {
        Map<String, String> lines = new TreeMap<>();
        problems.forEach(problem -> {
            String line = "skipped " + problem.path() + ": " + problem.error();
            lines.put(line, line);
        });
        conflicts.forEach(conflict -> lines.put(conflict.fact(), conflict.line()));
        return lines;
    }
}
