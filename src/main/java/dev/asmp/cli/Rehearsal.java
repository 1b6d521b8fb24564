package dev.asmp.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Runs the quick commands once, so that the JVM that records an ahead-of-time cache at packaging sees every class they need.
 * It is no command: only the build starts it.
 */
final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] manifest) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        for (List<String> words : List.of(List.of("find", "--capability", "rehearsal.read"),
                List.of("find", "--capability", "nothing.here"), List.of("find", "--query", "rehearsal", "--json"),
                List.of("caps"), List.of("caps", "--provides", "rehearsal.*"), List.of("list", "--section", "tools"),
                List.of("get", "rehearsal"), List.of("health"), List.of("host"), List.of("scan"), List.of("reload"),
                List.of("announce", manifest[0]), List.of("todo", "later", "--note", "rehearsed"), List.of("todos"),
                List.of("litmus"), List.of("version"), List.of("completion", "bash"), List.of("help"))) {
            int status = Main.run(words.toArray(String[]::new), nowhere, nowhere);
            if (status == Command.WRONG_USAGE) {
                throw new IllegalStateException("cannot rehearse " + words);
            }
        }
    }
}
