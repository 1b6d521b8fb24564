package dev.asmp.registry;

import dev.asmp.document.IoReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The outcome of a reload: how many entries there are now, and which files of the index could not be used. */
public record Reloaded(int total, List<Problem> problems) {
    /** A file of the index that cannot be used, and why. */
    public record Problem(String path, String error) {
        static Problem of(Path file, Exception why) {
            String error = why instanceof IOException io
                    ? "cannot be read: " + IoReason.of(io)
                    : String.valueOf(why.getMessage());
            return new Problem(file.toString(), error);
        }
    }
}
