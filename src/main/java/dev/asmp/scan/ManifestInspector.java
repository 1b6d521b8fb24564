package dev.asmp.scan;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.IoReason;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import dev.asmp.scan.ManifestFile.Content;
import dev.asmp.scan.ManifestFile.Unusable;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The decision whether a file is what it was: the same stamp is not opened, the same digest is not parsed. It changes nothing,
 * so that many folders can be inspected in parallel. What was parsed is kept only while there is room for it.
 */
record ManifestInspector(Map<Path, Remembered> memory, ByteBudget held, Instant now) {
    /** The fingerprint of no stamp: the file was written too recently, or is known from the index only. */
    static final long UNSETTLED = 0;

    /** A file as it was last read: a manifest by this name, or unusable for this reason. */
    record Remembered(long stamp, String digest, @Nullable String name, @Nullable String problem) {}

    /** The result for one file; without anything to remember, it could not be read, for this reason. */
    record Looked(Path file, @Nullable Remembered remembered, @Nullable Manifest manifest,
            @Nullable String unusable, Effort effort) {
        boolean isValid() {
            return remembered != null && remembered.name != null;
        }
    }

    /** The work it took: none, reading, or reading and parsing. */
    enum Effort {
        NONE, READ, PARSED
    }

    /** Inspects the one or two files of a folder; the one in {@code infra} counts only where its sibling is not valid. */
    List<Looked> at(Walk.Candidate candidate) {
        List<Looked> looked = new ArrayList<>(1);
        Path otherwise = candidate.otherwise();
        if (!isInfra(candidate.file()) || exists(candidate.file())) {
            looked.add(at(candidate.file(), candidate.root()));
        }
        boolean valid = !looked.isEmpty() && looked.getFirst().isValid();
        if (!valid && otherwise != null && exists(otherwise)) {
            looked.add(at(otherwise, candidate.root()));
        }
        return looked;
    }

    /** An infra folder was seen, the manifest in it was not. */
    private static boolean isInfra(Path file) {
        Path folder = file.getParent();
        return folder != null && folder.endsWith(Walk.INFRA);
    }

    private static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private Looked at(Path file, Path root) {
        ManifestFile manifestFile = new ManifestFile(file, root);
        try {
            Remembered last = memory.get(file);
            if (last != null && last.stamp != UNSETTLED && last.stamp == manifestFile.stamp().fingerprint()) {
                return new Looked(file, last, null, null, Effort.NONE);
            }
            return examine(file, manifestFile.read(), last);
        } catch (Unusable e) {
            return new Looked(file, null, null, IoReason.of(e), Effort.NONE);
        }
    }

    private Looked examine(Path file, Content content, @Nullable Remembered last) {
        String digest = content.digest();
        long stamp = content.stamp().settledAt(now) ? content.stamp().fingerprint() : UNSETTLED;
        if (last != null && last.digest.equals(digest)) {
            return new Looked(file, new Remembered(stamp, digest, last.name, last.problem), null, null, Effort.READ);
        }
        try {
            Manifest manifest = content.manifest(held);
            boolean fits = held.tryTake(FoundManifest.weight(manifest));
            return new Looked(file, new Remembered(stamp, digest, manifest.name(), null), fits ? manifest : null, null,
                    Effort.PARSED);
        } catch (MalformedDocumentException | InvalidDocumentException e) {
            return unreadable(file, stamp, digest, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) { // a fault in a parser must not end the scan of all other files
            return unreadable(file, stamp, digest, "the parser failed with " + e);
        }
    }

    private static Looked unreadable(Path file, long stamp, String digest, String problem) {
        return new Looked(file, new Remembered(stamp, digest, null, ScanProblem.cut(problem)), null, null,
                Effort.PARSED);
    }

    /** Gives back the room of a manifest that is not needed. */
    void release(Looked looked) {
        if (looked.manifest != null) {
            held.release(FoundManifest.weight(looked.manifest));
        }
    }
}
