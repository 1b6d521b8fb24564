package dev.asmp.daemon;

import dev.asmp.store.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The number in the state folder that says which formats its files have. A program that knows only earlier ones refuses the
 * folder as a whole, before it reads or writes any of them.
 */
final class StateFormat {
    static final String FILE = "format";
    private static final int FORMAT = 1;

    private StateFormat() {}

    /** Accepts a folder of a known format; marks one that has no number yet. */
    static void check(Path home) throws IOException, StartFailure {
        Path file = home.resolve(FILE);
        String written;
        try {
            written = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        } catch (NoSuchFileException _) {
            DurableFile.replace(file, (FORMAT + "\n").getBytes(StandardCharsets.US_ASCII));
            return;
        }
        if (!written.matches("[0-9]{1,6}")) {
            throw new StartFailure(file + " does not hold a number: it was not written by asmp; move it away if the"
                    + " folder is right");
        }
        if (Integer.parseInt(written) > FORMAT) {
            throw new StartFailure("the state in " + home + " was written by a newer version of asmp (format " + written
                    + ", this one knows " + FORMAT + "); start that version, or choose another folder with ASMP_HOME");
        }
    }
}
