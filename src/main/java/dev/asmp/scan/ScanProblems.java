package dev.asmp.scan;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The problems of one scan: each once, within limits of number and length; the others are counted. Thread-safe. */
public final class ScanProblems {
    /** A limit above what a person reads. */
    static final int MOST = 1_000;
    private static final int MOST_CHARACTERS = 512 * 1024;

    private final Set<ScanProblem> kept = new LinkedHashSet<>();
    private int characters;
    private int omitted;
    private int omittedManifests;
    private int skippedManifests;

    public synchronized void add(ScanProblem problem) {
        if (kept.contains(problem)) {
            return; // scan paths may overlap
        }
        skippedManifests += problem.skippedManifest() ? 1 : 0;
        int length = problem.path().length() + problem.error().length();
        if (kept.size() < MOST && length <= MOST_CHARACTERS - characters) {
            kept.add(problem);
            characters += length;
        } else {
            omitted++;
            omittedManifests += problem.skippedManifest() ? 1 : 0;
        }
    }

    /** The problems that were kept, in string order of their paths. */
    public synchronized List<ScanProblem> kept() {
        return kept.stream().sorted(Comparator.comparing(ScanProblem::path)).toList();
    }

    /** The number of problems that were not kept. */
    public synchronized int omitted() {
        return omitted;
    }

    /** The number of manifests that were skipped, those of problems not kept included. */
    public synchronized int skippedManifests() {
        return skippedManifests;
    }

    /** The number of manifests that were skipped for problems not kept. */
    public synchronized int omittedManifests() {
        return omittedManifests;
    }
}
