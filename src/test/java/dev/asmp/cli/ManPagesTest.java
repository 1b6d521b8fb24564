package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPagesTest {
    @Test
    void thereIsAPageForEachCommandAndForEachFormat() throws IOException {
        Map<String, String> pages = ManPages.pages("1.2");
        for (String name : Commands.NAMES) {
            assertTrue(pages.containsKey("asmp-" + name + ".1"), name);
        }
        for (CommandSpec spec : Commands.verbs()) {
            assertTrue(pages.containsKey("asmp-" + spec.name().replace(' ', '-') + ".1"), spec.name());
        }
        assertTrue(pages.getOrDefault("asmp.1", "").contains("\\fBasmp vm agent\\fR"));
        assertTrue(pages.getOrDefault("asmp-find.1", "").contains(".TP\n\\fB\\-c, \\-\\-capability C\\fR\n"));
        assertTrue(pages.getOrDefault("asmp.yaml.5", "").contains("\\fBcapabilities.provides\\fR"));
        assertTrue(pages.getOrDefault("host.yaml.5", "").contains("\\fBpolicy.requires_approval\\fR"));
    }

    /** groff reports what it does not understand, where it is installed. */
    @Test
    void groffHasNothingToSay(@TempDir Path folder) throws Exception {
        Path groff = Path.of("/usr/bin/groff");
        assumeTrue(Files.isExecutable(groff), "groff is not installed");
        for (Map.Entry<String, String> page : ManPages.pages("1.2").entrySet()) {
            Path file = Files.writeString(folder.resolve(page.getKey()), page.getValue());
            Process process = new ProcessBuilder(groff.toString(), "-man", "-Tutf8", "-ww", file.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
            assertEquals("", said, page.getKey());
        }
    }
}
