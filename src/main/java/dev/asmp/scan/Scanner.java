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
 * Looks at everything below the scan paths, or at what has changed there, and compares with what it remembers: what has the
 * same stamp is not opened, what has the same digest is not parsed.
 *
 * <pre>
 *   scan paths → Walk → candidates → remembered? → ManifestFile → Manifest
 *                                        └───────── unchanged ─────→ Found
 * </pre>
 *
 * One thread at a time may scan or look.
 */
public final class Scanner {
    private static final FolderListener NOBODY = (_, _) -> {};

    private final InstantSource clock;
    private final KnownManifests known;
    private Map<Path, Remembered> memory = new HashMap<>();

    public Scanner(InstantSource clock, KnownManifests known) {
        this.clock = clock;
        this.known = known;
    }

    /** Walks all scan paths once. */
    public ScanReport scan(HostProfile.Discovery discovery) {
        Map<Path, Boolean> walked = discovery.watch() ? new ConcurrentHashMap<>() : null;
        FolderListener witness = walked == null
                ? NOBODY
                : (folder, holdsManifest) -> walked.merge(folder, holdsManifest, Boolean::logicalOr);
        ScanPass round = new ScanPass(discovery, new ManifestInspector(memory, known, clock.instant()), witness);
        try (ForkJoinPool pool = new ForkJoinPool(Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4))) {
            round.everything(pool);
        }
        memory = round.seen();
        return new ScanReport(List.copyOf(round.found().values()), round.problems(), round.effort(), walked);
    }

    /** Looks at what has changed and at nothing else; who watches is told of each folder before it is looked into. */
    public PartialScan look(HostProfile.Discovery discovery, FolderChanges changes, FolderListener witness) {
        FolderChanges reduced = changes.reduced();
        ScanPass round = new ScanPass(discovery, new ManifestInspector(memory, known, clock.instant()), witness);
        Set<Path> files = round.changes(reduced);
        Set<String> names = forget(files, reduced.trees());
        memory.putAll(round.seen());
        round.found().values().forEach(found -> names.add(found.name()));
        return new PartialScan(claimants(names, round.found()), round.problems(), files, reduced.trees(),
                round.effort());
    }

    /** Forgets what was looked at anew; returns the names that those files had. */
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

    /** Every manifest of these names: those just found, and those that were not looked at this time. */
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

    /** Reads one manifest below the scan paths; null where there is no valid one any more. */
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
                // Not to be had through this scan path; another one may hold it.
            }
        }
        return null;
    }
}
