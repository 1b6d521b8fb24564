package dev.asmp.scan;

import dev.asmp.document.FileStamp;
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
 * so that many folders can be inspected in parallel.
 */
record ManifestInspector(Map<Path, Remembered> memory, Instant now) {

    /**
     * A file as it was last read: a manifest by this name, or unusable for this reason. The stamp is null where it proves
     * nothing: the file was written too recently, or is known from the index and was not read by this process.
     */
    record Remembered(@Nullable FileStamp stamp, String digest, @Nullable String name, @Nullable String problem) {}

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
    List<Looked> at(Walk.Candidate candidate, Path root) {
        List<Looked> looked = new ArrayList<>(1);
        if (candidate.manifest()) {
            looked.add(at(candidate.folder().resolve(Walk.MANIFEST), root));
        }
        Path infra = candidate.folder().resolve(Walk.INFRA).resolve(Walk.MANIFEST);
        boolean valid = !looked.isEmpty() && looked.getFirst().isValid();
        if (!valid && candidate.infra() && Files.exists(infra, LinkOption.NOFOLLOW_LINKS)) {
            looked.add(at(infra, root));
        }
        return looked;
    }

    private Looked at(Path file, Path root) {
        ManifestFile manifestFile = new ManifestFile(file, root);
        try {
            Remembered last = memory.get(file);
            if (last != null && last.stamp != null && last.stamp.equals(manifestFile.stamp())) {
                return new Looked(file, last, null, null, Effort.NONE);
            }
            return examine(file, manifestFile.read(), last);
        } catch (Unusable e) {
            return new Looked(file, null, null, IoReason.of(e), Effort.NONE);
        }
    }

    private Looked examine(Path file, Content content, @Nullable Remembered last) {
        String digest = content.digest();
        FileStamp stamp = content.stamp().settledAt(now) ? content.stamp() : null;
        if (last != null && last.digest.equals(digest)) {
            return new Looked(file, new Remembered(stamp, digest, last.name, last.problem), null, null, Effort.READ);
        }
        try {
            Manifest manifest = Manifest.read(content.bytes());
            return new Looked(file, new Remembered(stamp, digest, manifest.name(), null), manifest, null,
                    Effort.PARSED);
        } catch (MalformedDocumentException | InvalidDocumentException e) {
            return new Looked(file, new Remembered(stamp, digest, null, String.valueOf(e.getMessage())), null, null,
                    Effort.PARSED);
        }
    }
}
