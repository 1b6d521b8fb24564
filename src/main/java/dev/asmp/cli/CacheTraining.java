package dev.asmp.cli;

import dev.asmp.manifest.Environment;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Runs the quick commands once, so that the JVM that records an ahead-of-time cache at packaging sees the classes they need,
 * and no others: all that is in the cache is loaded at each start. It is no command: only the build starts it.
 */
final class CacheTraining {
    private static final byte[] HOOK = "{\"hook_event_name\":\"UserPromptSubmit\",\"prompt\":\"rehearsal\"}"
            .getBytes(StandardCharsets.UTF_8);

    private static final String VM = "00000000-0000-4000-8000-000000000000";

    private CacheTraining() {}

    public static void main(String[] none) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        for (List<String> words : List.of(List.of("find", "--capability", "rehearsal.read"),
                List.of("find", "--capability", "nothing.here"), List.of("find", "--query", "rehearsal", "--json"),
                List.of("caps"), List.of("list"), List.of("get", "rehearsal"), List.of("health"),
                List.of("vm", "exec", VM, "--", "true"), List.of("ambient", "--hook"),
                List.of("ambient", "--event", "SessionStart"))) {
            System.setIn(new ByteArrayInputStream(HOOK));
            int status = Main.run(words.toArray(String[]::new), nowhere, nowhere, Environment.ofProcess());
            if (status == Command.WRONG_USAGE) {
                throw new IllegalStateException("cannot rehearse " + words);
            }
        }
    }
}
