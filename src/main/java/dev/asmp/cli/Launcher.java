package dev.asmp.cli;

import dev.asmp.manifest.Environment;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The path of the launcher, for settings of programs that start it: not all of them have a shell's path. */
final class Launcher {
    private Launcher() {}

    /** The absolute path of {@code asmp}: as it is on the path, if that is this program, else in its own folder. */
    static String path(Environment environment) {
        Path own = own();
        Path onPath = onPath("asmp", environment);
        if (onPath != null && (own == null || isSame(onPath, own))) {
            return onPath.toString();
        }
        return own == null ? "asmp" : own.toString();
    }

    /** A program on the path; null where there is none. */
    static @Nullable Path onPath(String program, Environment environment) {
        String path = environment.variable("PATH");
        for (String folder : path == null ? List.<String>of() : List.of(path.split(File.pathSeparator, -1))) {
            Path candidate = folder.isEmpty() ? null : Path.of(folder).resolve(program);
            if (candidate != null && candidate.isAbsolute() && Files.isExecutable(candidate)
                    && Files.isRegularFile(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException _) {
            return false;
        }
    }

    /** {@code bin/asmp} beside the jar, or above the folder into which it was built. */
    private static @Nullable Path own() {
        try {
            Path jar = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            for (Path folder = jar.getParent(); folder != null; folder = folder.getParent()) {
                Path launcher = folder.resolve("bin/asmp");
                if (Files.isExecutable(launcher)) {
                    return launcher;
                }
            }
        } catch (URISyntaxException | SecurityException _) {
            // Then only the path can tell.
        }
        return null;
    }
}
