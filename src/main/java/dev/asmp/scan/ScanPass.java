package dev.asmp.scan;

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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The results of one pass over the scan paths, whole or limited to what has changed. */
final class ScanPass {
    private final HostProfile.Discovery discovery;
    private final ManifestInspector inspector;
    private final FolderListener listener;
    private final Map<Path, Remembered> seen = new HashMap<>();
    private final Map<Path, FoundManifest> found = new LinkedHashMap<>();
    /** Scan paths may overlap: a problem below both of them is reported once. */
    private final Set<ScanProblem> problems = new LinkedHashSet<>();
    /** Files that were not read; a link that leads out of one scan path may lead into another. */
    private final Map<Path, ScanProblem> unusable = new LinkedHashMap<>();
    private int read;
    private int parsed;
    private int folders;

    ScanPass(HostProfile.Discovery discovery, ManifestInspector inspector, FolderListener listener) {
        this.discovery = discovery;
        this.inspector = inspector;
        this.listener = listener;
    }

    /** Walks everything. */
    void everything(ForkJoinPool pool) {
        belowEachRoot((walk, _) -> walk.run(pool));
    }

    /** Walks the trees and looks into the folders that have changed; returns the files that lie, or lay, in the latter. */
    Set<Path> changes(FolderChanges changes) {
        Set<Path> files = new HashSet<>();
        belowEachRoot((walk, root) -> {
            changes.trees().forEach(tree -> walk.below(tree, ForkJoinPool.commonPool()));
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
                Walk walk = new Walk(root, discovery.maxDepth(), discovery.ignore(), listener);
                way.accept(walk, root);
                folders += walk.folders();
                problems.addAll(walk.problems());
                walk.candidates().parallelStream().map(candidate -> inspector.at(candidate, root)).toList()
                        .forEach(files -> files.forEach(this::take));
            }
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
        if (seen.containsKey(file)) {
            return;
        }
        if (remembered == null) {
            unusable.put(file, ScanProblem.manifest(file, String.valueOf(looked.unusable())));
            return;
        }
        read += looked.effort() == ManifestInspector.Effort.NONE ? 0 : 1;
        parsed += looked.effort() == ManifestInspector.Effort.PARSED ? 1 : 0;
        seen.put(file, remembered);
        unusable.remove(file);
        if (remembered.name() == null) {
            problems.add(ScanProblem.manifest(file, String.valueOf(remembered.problem())));
        } else {
            found.put(file, new FoundManifest(file, remembered.name(), remembered.digest(), looked.manifest()));
        }
    }

    /** The memory of every file that was read. */
    Map<Path, Remembered> seen() {
        return seen;
    }

    Map<Path, FoundManifest> found() {
        return found;
    }

    List<ScanProblem> problems() {
        Set<ScanProblem> all = new LinkedHashSet<>(problems);
        all.addAll(unusable.values());
        return List.copyOf(all);
    }

    ScanReport.Effort effort() {
        int skipped = (int) problems().stream().filter(ScanProblem::skippedManifest).count();
        return new ScanReport.Effort(found.size() + skipped, read, parsed, folders);
    }
}
