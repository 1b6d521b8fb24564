package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The introduction as hooks of agents' clients call it: it never fails, since that would block a prompt. */
class AmbientTest {
    @TempDir
    private Path folder;

    private Asmp asmp() {
        return new Asmp(folder).with("ASMP_REGISTRY_URL", "http://127.0.0.1:9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ambient", "ambient --event SessionStart --max-bytes 1536 --debug",
            "ambient --event SubagentStart --subagent-scope x --parent-used-asmp --prompt y"})
    void theReferencesOptionsAreAccepted(String line) {
        Asmp.Run run = asmp().run(line.split(" "));
        assertEquals(0, run.status());
        assertTrue(run.out().contains("asmp todo"), run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ambient --event UserPromptSubmit --prompt hello", "ambient --prompt no@asmp@please",
            "ambient --max-bytes 20"})
    void whereThereIsNothingToSayNothingIsSaid(String line) {
        String[] words = line.split(" ");
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].replace('@', ' ');
        }
        assertEquals(new Asmp.Run(0, "", ""), asmp().run(words));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ambient --event", "ambient --nonsense", "ambient word", "ambient --debug=1"})
    void wrongWordsAreNoFailure(String line) {
        assertEquals(0, asmp().run(line.split(" ")).status());
    }

    @Test
    void aVariableTurnsItOff() {
        assertEquals(new Asmp.Run(0, "", ""), asmp().with("ASMP_AMBIENT", "Off").run("ambient"));
    }
}
