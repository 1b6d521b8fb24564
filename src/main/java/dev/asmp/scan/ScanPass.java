package dev.asmp.scan;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.IoReason;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.ScanPath;
import dev.asmp.scan.ManifestInspector.Looked;
import dev.asmp.scan.ManifestInspector.Remembered;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The results of one pass over the scan paths, whole or limited to what has changed. The manifests are inspected in string order
 * of their paths, many at a time, and passed on while the others are read.
 */
final class ScanPass {
    /** Manifests that are inspected at a time; what was found is passed on after each such group. */
    private static final int GROUP = 64;
    /** The bytes of a manifest's path and its objects, while the pass lasts. */
    private static final int CANDIDATE = 300;
    /** The bytes that remembering a manifest takes, beside its path. */
    private static final int REMEMBERED = 300;

    private final HostProfile.Discovery discovery;
    private final ManifestInspector inspector;
    private final FolderListener listener;
    private final ForkJoinPool pool;
    private final @Nullable ScanSink sink;
    private final ByteBudget room;
    private final Queue<Walk.Candidate> candidates = new ConcurrentLinkedQueue<>();
    private final AtomicInteger tooMany = new AtomicInteger();
    private final Map<Path, Remembered> seen = new HashMap<>();
    private final ByteBudget memory;
    private final Map<Path, FoundManifest> found = new LinkedHashMap<>();
    /** What was found and waits for its turn in the order of paths. */
    private final TreeMap<String, FoundManifest> waiting = new TreeMap<>();
    private final ScanProblems problems = new ScanProblems();
    /** Files that were not read; a link that leads out of one scan path may lead into another. */
    private final Map<Path, ScanProblem> unusable = new LinkedHashMap<>();
    private int read;
    private int parsed;
    private int folders;

    /**
     * Prepares a pass.
     *
     * @param room for the paths of manifests
     * @param memory for what the next pass knows of the files
     * @param sink takes what is found; without one, it is kept
     */
    ScanPass(HostProfile.Discovery discovery, ManifestInspector inspector, FolderListener listener, ForkJoinPool pool,
            ByteBudget room, ByteBudget memory, @Nullable ScanSink sink) {
        this.discovery = discovery;
        this.inspector = inspector;
        this.listener = listener;
        this.pool = pool;
        this.room = room;
        this.memory = memory;
        this.sink = sink;
    }

    /** Walks everything. */
    void everything() {
        belowEachRoot((walk, _) -> walk.run(pool));
    }

    /** Walks the trees and looks into the folders that have changed; returns the files that lie, or lay, in the latter. */
    Set<Path> changes(FolderChanges changes) {
        Set<Path> files = new HashSet<>();
        belowEachRoot((walk, root) -> {
            changes.trees().forEach(tree -> walk.below(tree, pool));
            holders(changes, root).forEach(folder -> {
                walk.at(folder);
                if (!isInfra(folder, root)) {
                    files.add(folder.resolve(Walk.MANIFEST)); // else it belongs to the folder above
                }
                files.add(folder.resolve(Walk.INFRA).resolve(Walk.MANIFEST));
            });
        });
        return files;
    }

    /** The folders whose two files may have changed; a file in {@code infra} belongs to the folder above. */
    private static Set<Path> holders(FolderChanges changes, Path root) {
        Set<Path> holders = new HashSet<>();
        for (Path folder : changes.folders()) {
            holders.add(isInfra(folder, root) ? above(folder) : folder);
        }
        changes.trees().stream().filter(tree -> isInfra(tree, root)).map(ScanPass::above).forEach(holders::add);
        return holders;
    }

    private static Path above(Path folder) {
        return Objects.requireNonNullElse(folder.getParent(), folder);
    }

    private static boolean isInfra(Path folder, Path root) {
        return folder.endsWith(Walk.INFRA) && !folder.equals(root);
    }

    private void belowEachRoot(BiConsumer<Walk, Path> way) {
        for (ScanPath scanPath : discovery.scanPaths()) {
            Path root = root(scanPath);
            if (root != null) {
                Walk walk = new Walk(root, discovery, listener, this::gather, problems);
                way.accept(walk, root);
                folders += walk.folders();
                int left = tooMany.getAndSet(0);
                if (left > 0) {
                    problems.add(ScanProblem.folder(scanPath.written(), "has too many manifests: " + left
                            + " were not read (narrow discovery.scan_paths, or set discovery.ignore)"));
                }
            }
        }
        inspect();
        unusable.values().forEach(problems::add);
    }

    /** Takes a manifest's path; where there are too many of them, those of known ones only. */
    private void gather(Walk.Candidate candidate) {
        if (room.tryTake(CANDIDATE + 2L * candidate.file().toString().length())
                || inspector.memory().containsKey(candidate.file())) {
            candidates.add(candidate);
        } else {
            tooMany.incrementAndGet();
        }
    }

    private void inspect() {
        List<Walk.Candidate> inOrder = new ArrayList<>(candidates);
        inOrder.sort(Comparator.comparing(candidate -> candidate.file().toString()));
        ForkJoinTask<List<List<Looked>>> next = inspected(inOrder, 0);
        for (int to = GROUP; to - GROUP < inOrder.size(); to += GROUP) {
            List<List<Looked>> current = next.join(); // first: what is passed on first gets the room for content
            next = inspected(inOrder, to); // read while the results of the group before it are passed on
            current.forEach(files -> files.forEach(this::take));
            passOn(to >= inOrder.size() ? waiting : waiting.headMap(inOrder.get(to).file().toString()));
        }
    }

    private ForkJoinTask<List<List<Looked>>> inspected(List<Walk.Candidate> inOrder, int from) {
        List<Walk.Candidate> group = inOrder.subList(Math.min(from, inOrder.size()),
                Math.min(from + GROUP, inOrder.size()));
        return pool.submit(() -> group.parallelStream().map(inspector::at).toList());
    }

    /** Passes on what no later file can come before. */
    private void passOn(Map<String, FoundManifest> ready) {
        List<FoundManifest> group = List.copyOf(ready.values());
        ready.clear();
        group.forEach(manifest -> found.put(manifest.file(), sink == null ? manifest : manifest.withoutContent()));
        if (sink != null && !group.isEmpty()) {
            sink.take(group);
        }
    }

    private @Nullable Path root(ScanPath scanPath) {
        if (scanPath.path() == null) {
            problems.add(ScanProblem.folder(scanPath.written(), String.valueOf(scanPath.problem())));
            return null;
        }
        try {
            Path root = scanPath.path().toRealPath();
            if (Files.isDirectory(root)) {
                return root;
            }
            problems.add(ScanProblem.folder(scanPath.written(), "is a file; a scan path must be a folder"));
        } catch (NoSuchFileException _) {
            problems.add(ScanProblem.folder(scanPath.written(), "does not exist"));
        } catch (AccessDeniedException _) {
            problems.add(ScanProblem.folder(scanPath.written(), "cannot be read: permission denied"));
        } catch (IOException e) {
            problems.add(ScanProblem.folder(scanPath.written(), "cannot be read: " + IoReason.of(e)));
        }
        return null;
    }

    /** Takes one file into the results, unless it was reached through another scan path already. */
    private void take(Looked looked) {
        Path file = looked.file();
        Remembered remembered = looked.remembered();
        String path = file.toString();
        if (seen.containsKey(file) || found.containsKey(file) || waiting.containsKey(path)) {
            inspector.release(looked);
            return;
        }
        if (remembered == null) {
            unusable.put(file, ScanProblem.manifest(file, String.valueOf(looked.unusable())));
            return;
        }
        read += looked.effort() == ManifestInspector.Effort.NONE ? 0 : 1;
        parsed += looked.effort() == ManifestInspector.Effort.PARSED ? 1 : 0;
        String problem = remembered.problem();
        if (memory.tryTake(remembered(file, problem))) {
            seen.put(file, remembered);
        }
        unusable.remove(file);
        if (remembered.name() == null) {
            problems.add(ScanProblem.manifest(file, String.valueOf(problem)));
        } else {
            waiting.put(path, new FoundManifest(file, remembered.name(), remembered.digest(), looked.manifest()));
        }
    }

    /** Estimates the bytes that remembering a file takes. */
    static long remembered(Path file, @Nullable String problem) {
        return REMEMBERED + 2L * file.toString().length() + (problem == null ? 0 : problem.length());
    }

    /** The memory of every file that was read. */
    Map<Path, Remembered> seen() {
        return seen;
    }

    Map<Path, FoundManifest> found() {
        return found;
    }

    ScanProblems problems() {
        return problems;
    }

    ScanReport.Effort effort() {
        return new ScanReport.Effort(found.size() + problems.skippedManifests(), read, parsed, folders);
    }
}
