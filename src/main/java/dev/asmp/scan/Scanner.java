package dev.asmp.scan;

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
 *   scan paths → Walk → candidates → ManifestInspector → ManifestFile → Manifest → FoundManifest
 *                                           └──────────── unchanged ─────────────────↑
 * </pre>
 *
 * One thread at a time may scan or look.
 */
public final class Scanner {
    private static final FolderListener NONE = (_, _) -> {};

    private final InstantSource clock;
    private Map<Path, Remembered> memory = new HashMap<>();

    public Scanner(InstantSource clock) {
        this.clock = clock;
    }

    /** Remembers a file from an earlier process, so that it is parsed again only when its content is another. */
    public void recall(Path file, String digest, String name) {
        memory.putIfAbsent(file, new Remembered(null, digest, name, null));
    }

    /** Walks all scan paths once. */
    public ScanReport scan(HostProfile.Discovery discovery) {
        Map<Path, Boolean> walked = discovery.watch() ? new ConcurrentHashMap<>() : null;
        FolderListener listener = walked == null
                ? NONE
                : (folder, holdsManifest) -> walked.merge(folder, holdsManifest, Boolean::logicalOr);
        ScanPass pass = new ScanPass(discovery, new ManifestInspector(memory, clock.instant()), listener);
        try (ForkJoinPool pool = new ForkJoinPool(Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4))) {
            pass.everything(pool);
        }
        memory = pass.seen();
        return new ScanReport(List.copyOf(pass.found().values()), pass.problems(), pass.effort(), walked);
    }

    /** Looks at what has changed only; the listener is told of each folder before it is listed. */
    public PartialScan look(HostProfile.Discovery discovery, FolderChanges changes, FolderListener listener) {
        FolderChanges reduced = changes.reduced();
        ScanPass pass = new ScanPass(discovery, new ManifestInspector(memory, clock.instant()), listener);
        Set<Path> files = pass.changes(reduced);
        Set<String> names = forget(files, reduced.trees());
        memory.putAll(pass.seen());
        pass.found().values().forEach(found -> names.add(found.name()));
        return new PartialScan(claimants(names, pass.found()), pass.problems(), files, reduced.trees(),
                pass.effort());
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
            if (last != null && last.name() != null) {
                names.add(last.name());
            }
        }
        return names;
    }

    /** Every manifest of these names: those just found, and those that this look did not cover. */
    private List<FoundManifest> claimants(Set<String> names, Map<Path, FoundManifest> found) {
        List<FoundManifest> claimants = new ArrayList<>();
        if (!names.isEmpty()) {
            memory.forEach((file, last) -> {
                if (last.name() != null && names.contains(last.name())) {
                    claimants.add(found.getOrDefault(file, new FoundManifest(file, last.name(), last.digest(), null)));
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

    /** Reads one manifest below the scan paths; null when there is no valid one any more. */
    public @Nullable FoundManifest read(Path file, List<ScanPath> scanPaths) {
        for (ScanPath scanPath : scanPaths) {
            try {
                Path root = scanPath.path() == null ? null : scanPath.path().toRealPath();
                if (root != null && file.startsWith(root)) {
                    Content content = new ManifestFile(file, root).read();
                    Manifest manifest = Manifest.read(content.bytes());
                    return new FoundManifest(file, manifest.name(), content.digest(), manifest);
                }
            } catch (IOException | Unusable | MalformedDocumentException | InvalidDocumentException _) {
                // Not readable below this scan path; another one may hold it.
            }
        }
        return null;
    }
}
