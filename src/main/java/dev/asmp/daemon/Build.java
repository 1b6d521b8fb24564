package dev.asmp.daemon;

import dev.asmp.document.Mapping;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What was built.
 *
 * @param commit null where the sources were no checkout
 */
public record Build(String version, @Nullable String commit) {
    /** The build that this code is from. */
    public static Build ofThisProgram() {
        String version = Build.class.getPackage().getImplementationVersion();
        return new Build(version == null ? "development" : version, readCommit());
    }

    /** The build that a daemon says it is. */
    public static Build of(Mapping status) {
        String version = status.text("version");
        return new Build(version == null ? "unknown" : version, status.text("commit"));
    }

    private static @Nullable String readCommit() {
        try (InputStream in = Build.class.getResourceAsStream("/commit")) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException _) {
            return null;
        }
    }

    public Mapping document() {
        return Mapping.builder().put("version", version).put("commit", commit).build();
    }

    @Override
    public String toString() {
        return version + (commit == null ? "" : " (commit " + commit + ")");
    }
}
