package dev.asmp.cli;

import dev.asmp.manifest.Environment;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The command line, run in this process below a home folder: what takes a launcher and a JVM elsewhere takes milliseconds. */
final class Asmp {
    private final Map<String, String> variables = new HashMap<>();

    /** How a command ended. */
    record Run(int status, String out, String err) {}

    Asmp(Path home) {
        variables.putAll(Map.of("HOME", home.toString(), "ASMP_HOME", home.resolve("home").toString()));
    }

    Asmp with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    Run run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Main.run(words, stream(out), stream(err), new Environment(variables, FileSystems.getDefault()));
        return new Run(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
