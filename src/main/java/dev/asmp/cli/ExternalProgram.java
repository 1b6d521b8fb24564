package dev.asmp.cli;

import dev.asmp.document.IoReason;
import dev.asmp.manifest.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A run of another program on the path, bounded in time, without input. */
final class ExternalProgram {
    private static final int SECONDS = 60;

    private ExternalProgram() {}

    /** Runs a command and returns why it failed, or null. Its output goes to a file: a child may keep a pipe open. */
    static @Nullable String run(List<String> command, String said, Environment environment)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("asmp", ".out");
        try {
            Path program = Launcher.onPath(command.getFirst(), environment);
            List<String> words = new ArrayList<>(command);
            words.set(0, program == null ? command.getFirst() : program.toString());
            Process process = new ProcessBuilder(words).redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true).redirectOutput(output.toFile()).start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroy();
                return "'" + said + "' did not end within " + SECONDS + " s";
            }
            String text = FileExcerpt.text(output);
            return process.exitValue() == 0
                    ? null
                    : "'" + said + "' failed with status " + process.exitValue() + ": " + Terminal.clean(text);
        } catch (IOException e) {
            return "'" + said + "' could not be run: " + IoReason.of(e);
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
