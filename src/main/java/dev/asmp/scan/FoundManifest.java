package dev.asmp.scan;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Manifest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A valid manifest below a scan path; its content only if it had to be parsed and there was memory to keep it. */
public record FoundManifest(Path file, String name, String digest, @Nullable Manifest manifest) {
    /** The bytes of a node and of a field, with their objects; twice its length for a text. */
    private static final int NODE = 100;

    /** The same without its content. */
    public FoundManifest withoutContent() {
        return manifest == null ? this : new FoundManifest(file, name, digest, null);
    }

    /** Estimates the bytes that the content takes, in memory and written out, where aliases are repeated. */
    public static long weight(Manifest manifest) {
        return weight(manifest.document());
    }

    private static long weight(Document node) {
        return switch (node) {
            case Scalar scalar -> NODE + 2L * scalar.text().length();
            case Sequence sequence -> NODE + sequence.items().stream().mapToLong(FoundManifest::weight).sum();
            case Mapping mapping -> 2L * NODE + mapping.fields().entrySet().stream()
                    .mapToLong(field -> NODE + 2L * field.getKey().length() + weight(field.getValue())).sum();
        };
    }
}
