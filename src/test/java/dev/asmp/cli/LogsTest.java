package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.cli.Asmp.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsTest {
    @TempDir
    private Path home;

    @Test
    void withoutAUnitTheLastLinesOfTheFileAreShown() throws Exception {
        Path state = Files.createDirectories(home.resolve("home"));
        Asmp asmp = new Asmp(home).with("PATH", "");
        Run none = asmp.run("logs");
        assertEquals(1, none.status());
        assertTrue(none.err().startsWith("asmp: there is no log: ") || none.err().startsWith("there is no log: "),
                none.err());
        Files.writeString(state.resolve("daemon.log"), "one\ntwo\u001b[31m\nthree\n");
        assertEquals("two�[31m\nthree\n".replace("�", Terminal.clean("\u001b")), asmp.run("logs", "-n", "2").out());
        assertEquals(2, asmp.run("logs", "--lines", "many").status());
    }
}
