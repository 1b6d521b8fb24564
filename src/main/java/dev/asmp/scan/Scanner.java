package dev.asmp.scan;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.FileStamp;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.ScanPath;
import dev.asmp.scan.ManifestFile.Content;
import dev.asmp.scan.ManifestFile.Unusable;
import dev.asmp.scan.ManifestInspector.Remembered;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * The search for manifests below the scan paths, whole or limited to what a watch reports as changed.
 *
 * <pre>
 *   scan paths → Walk → candidates → ManifestInspector → ManifestFile → Manifest → FoundManifest → ScanSink
 *                        in order           └──────────── unchanged ─────────────────↑
 * </pre>
 *
 * One thread at a time may scan or look. What it holds is limited by {@link Budgets}.
 */
public final class Scanner {
    private static final FolderListener NONE = (_, _) -> {};

    private final InstantSource clock;
    private final Budgets budgets;
    private final ByteBudget contents;
    private Map<Path, Remembered> memory = new HashMap<>();
    private ByteBudget room;

    /**
     * The memory that a scanner may take.
     *
     * @param contents bytes of the manifests that were parsed and not released yet; others are parsed again when needed
     * @param paths bytes of the paths of manifests during a scan; further ones are not read, unless they are known
     * @param memory bytes of what is known of the files after a scan; others are read again by the next one
     * @param folders the number of folders that a report names for a watch, beside those with a manifest
     */
    public record Budgets(long contents, long paths, long memory, int folders) {
        private static final long MIB = 1024 * 1024;
        static final Budgets USUAL = new Budgets(8 * MIB, 16 * MIB, 10 * MIB, 28_000);
    }

    Scanner(InstantSource clock) {
        this(clock, Budgets.USUAL);
    }

    public Scanner(InstantSource clock, Budgets budgets) {
        this.clock = clock;
        this.budgets = budgets;
        this.contents = new ByteBudget(budgets.contents);
        this.room = new ByteBudget(budgets.memory);
    }

    /** Remembers a file from an earlier process, so that it is parsed again only when its content is another. */
    public void recall(Path file, String digest, String name) {
        if (!memory.containsKey(file)) {
            remember(file, new Remembered(ManifestInspector.UNSETTLED, digest, name, null));
        }
    }

    private void remember(Path file, Remembered now) {
        if (room.tryTake(ScanPass.remembered(file, now.problem()))) {
            memory.put(file, now);
        }
    }

    /** Gives back the room of all manifests, when none is needed any more. */
    public void releaseAll() {
        contents.release(contents.used());
    }

    /** Gives back the room of a manifest's content, when it is not needed any more. */
    public void release(FoundManifest found) {
        if (found.manifest() != null) {
            contents.release(FoundManifest.weight(found.manifest()));
        }
    }

    /** Walks all scan paths once. */
    ScanReport scan(HostProfile.Discovery discovery) {
        return scan(discovery, null);
    }

    /** Walks all scan paths once, and passes on what it finds meanwhile; each manifest has to be released. */
    public ScanReport scan(HostProfile.Discovery discovery, @Nullable ScanSink sink) {
        Map<Path, Boolean> walked = discovery.watch() ? new ConcurrentHashMap<>() : null;
        FolderListener listener = walked == null
                ? NONE
                : (folder, holdsManifest) -> {
                    if (holdsManifest || walked.size() < budgets.folders) {
                        walked.merge(folder, holdsManifest, Boolean::logicalOr);
                    }
                };
        ByteBudget next = new ByteBudget(budgets.memory);
        try (ForkJoinPool pool = new ForkJoinPool(Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4))) {
            ScanPass pass = pass(discovery, listener, pool, next, sink);
            pass.everything();
            memory = pass.seen();
            room = next;
            return new ScanReport(List.copyOf(pass.found().values()), pass.problems(), pass.effort(), walked);
        }
    }

    /** Looks at what has changed only; the listener is told of each folder before it is listed. */
    public PartialScan look(HostProfile.Discovery discovery, FolderChanges changes, FolderListener listener) {
        FolderChanges reduced = changes.reduced();
        ScanPass pass = pass(discovery, listener, ForkJoinPool.commonPool(), new ByteBudget(budgets.memory), null);
        Set<Path> files = pass.changes(reduced);
        Set<String> names = forget(files, reduced.trees());
        pass.seen().forEach(this::remember);
        pass.found().values().forEach(found -> names.add(found.name()));
        return new PartialScan(claimants(names, pass.found()), pass.problems(), files, reduced.trees(),
                pass.effort());
    }

    private ScanPass pass(HostProfile.Discovery discovery, FolderListener listener, ForkJoinPool pool, ByteBudget next,
            @Nullable ScanSink sink) {
        return new ScanPass(discovery, new ManifestInspector(memory, contents, clock.instant()), listener, pool,
                new ByteBudget(budgets.paths), next, sink);
    }

    /** Forgets the files that were inspected again; returns the names that they had. */
    private Set<String> forget(Collection<Path> files, Set<Path> trees) {
        List<Path> forgotten = new ArrayList<>(files);
        if (!trees.isEmpty()) {
            memory.keySet().stream().filter(file -> FolderChanges.isWithin(trees, file)).forEach(forgotten::add);
        }
        Set<String> names = new HashSet<>();
        for (Path file : forgotten) {
            Remembered last = memory.remove(file);
            if (last != null) {
                room.release(ScanPass.remembered(file, last.problem()));
                if (last.name() != null) {
                    names.add(last.name());
                }
            }
        }
        return names;
    }

    /** Every manifest of these names: those just found, and those that this look did not cover. */
    private List<FoundManifest> claimants(Set<String> names, Map<Path, FoundManifest> found) {
        List<FoundManifest> claimants = new ArrayList<>(found.values());
        if (!names.isEmpty()) {
            memory.forEach((file, last) -> {
                if (last.name() != null && names.contains(last.name()) && !found.containsKey(file)) {
                    claimants.add(new FoundManifest(file, last.name(), last.digest(), null));
                }
            });
        }
        return ScanReport.inOrder(claimants);
    }

    /** The name that a file claimed when it was last looked at, or null. */
    public @Nullable String lastNameOf(Path file) {
        Remembered last = memory.get(file);
        return last == null ? null : last.name();
    }

    /** The bytes of a manifest below the scan paths as it is now, valid or not; null where it cannot be read. */
    public byte @Nullable [] bytes(Path file, List<ScanPath> scanPaths) {
        for (ScanPath scanPath : scanPaths) {
            try {
                Path root = scanPath.path() == null ? null : scanPath.path().toRealPath();
                if (root != null && file.startsWith(root)) {
                    return new ManifestFile(file, root).read().bytes();
                }
            } catch (IOException | Unusable _) {
                // Not readable below this scan path; another one may hold it.
            }
        }
        return null;
    }

    /** Reads one manifest below the scan paths, which needs no release; null when there is no valid one any more. */
    public @Nullable FoundManifest read(Path file, List<ScanPath> scanPaths) {
        byte[] bytes = bytes(file, scanPaths);
        if (bytes == null) {
            return null;
        }
        try {
            Content content = new Content(bytes, FileStamp.UNKNOWN);
            Manifest manifest = content.manifest(contents);
            return new FoundManifest(file, manifest.name(), content.digest(), manifest);
        } catch (MalformedDocumentException | InvalidDocumentException _) {
            return null;
        }
    }
}
