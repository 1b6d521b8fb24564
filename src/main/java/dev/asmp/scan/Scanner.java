package dev.asmp.scan;

import dev.asmp.document.MalformedDocumentException;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.ScanPath;
import dev.asmp.scan.Look.Looked;
import dev.asmp.scan.Look.Remembered;
import dev.asmp.scan.ManifestFile.Content;
import dev.asmp.scan.ManifestFile.Unusable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything below the scan paths and compares with what it remembers of the last time: what has the same stamp is
 * not opened, what has the same digest is not parsed.
 *
 * <pre>
 *   scan paths → Walk → candidates → remembered? → ManifestFile → Manifest
 *                                        └───────── unchanged ─────→ Found
 * </pre>
 *
 * One thread at a time may scan.
 */
public final class Scanner {
    private final InstantSource clock;
    private final Known known;
    private Map<Path, Remembered> memory = Map.of();

    public Scanner(InstantSource clock, Known known) {
        this.clock = clock;
        this.known = known;
    }

    /** Walks all scan paths once. */
    public ScanReport scan(HostProfile.Discovery discovery) {
        Round round = new Round(clock.instant());
        try (ForkJoinPool pool = new ForkJoinPool(Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4))) {
            for (ScanPath path : discovery.scanPaths()) {
                round.walk(path, discovery, pool);
            }
        }
        memory = round.seen;
        return round.report();
    }

    /** The name that a file claimed at the last scan, or null. */
    public @Nullable String lastNameOf(Path file) {
        Remembered last = memory.get(file);
        return last == null ? null : last.name();
    }

    /** Reads one manifest below the scan paths; null where there is no valid one any more. */
    public @Nullable Found read(Path file, List<ScanPath> scanPaths) {
        for (ScanPath scanPath : scanPaths) {
            try {
                Path root = scanPath.path() == null ? null : scanPath.path().toRealPath();
                if (root != null && file.startsWith(root)) {
                    Content content = new ManifestFile(file, root).read();
                    Manifest manifest = Manifest.read(content.bytes());
                    return new Found(file, root, manifest.name(), content.digest(), manifest);
                }
            } catch (IOException | Unusable | MalformedDocumentException | InvalidDocumentException _) {
                // Not to be had through this scan path; another one may hold it.
            }
        }
        return null;
    }

    /** One walk through everything, gathering results as it goes. */
    private final class Round {
        private final Instant now;
        private final Map<Path, Remembered> seen = new HashMap<>();
        private final Map<Path, Found> found = new LinkedHashMap<>();
        /** Scan paths may overlap: what is wrong below both of them is said once. */
        private final Set<ScanProblem> problems = new LinkedHashSet<>();
        /** Files that were not even read; a link that leads out of one scan path may lie inside another. */
        private final Map<Path, ScanProblem> unusable = new LinkedHashMap<>();
        private int read;
        private int parsed;
        private int folders;

        Round(Instant now) {
            this.now = now;
        }

        void walk(ScanPath scanPath, HostProfile.Discovery discovery, ForkJoinPool pool) {
            Path root = root(scanPath);
            if (root == null) {
                return;
            }
            Walk walk = new Walk(root, discovery.maxDepth(), discovery.ignore());
            walk.run(pool);
            folders += walk.folders();
            problems.addAll(walk.problems());
            Look look = new Look(memory, known, now);
            walk.candidates().parallelStream().map(candidate -> look.at(candidate, root)).toList()
                    .forEach(files -> files.forEach(this::take));
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
                problems.add(ScanProblem.folder(scanPath.written(), "cannot be read: " + e.getMessage()));
            }
            return null;
        }

        /** Takes one file into the report, unless it was reached through another scan path already. */
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
            read += looked.effort() == Look.Effort.NONE ? 0 : 1;
            parsed += looked.effort() == Look.Effort.PARSED ? 1 : 0;
            seen.put(file, remembered);
            unusable.remove(file);
            if (remembered.name() == null) {
                problems.add(ScanProblem.manifest(file, String.valueOf(remembered.problem())));
            } else {
                found.put(file,
                        new Found(file, looked.root(), remembered.name(), remembered.digest(), looked.manifest()));
            }
        }

        ScanReport report() {
            problems.addAll(unusable.values());
            int manifests = found.size() + (int) problems.stream().filter(ScanProblem::skippedManifest).count();
            return new ScanReport(List.copyOf(found.values()), List.copyOf(problems),
                    new ScanReport.Effort(manifests, read, parsed, folders));
        }
    }
}
