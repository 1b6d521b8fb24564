package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvFileTest {
    @TempDir
    private Path folder;
    private Path file = Path.of("");

    @BeforeEach
    void choose() {
        file = folder.resolve("vers.env");
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    @Test
    void linesAreTakenAsShellsAndSystemdWriteThem() {
        assertEquals(
                Map.of("VERS_A", "1", "VERS_B", "two words", "VERS_C", "it's", "VERS_D", "x=y", "VERS_E", "", "VERS_F",
                        "plain", "VERS_G", "a#b", "VERS_H", "last"),
                EnvFile.parse("""
                        # a comment
                        VERS_A=1
                        export VERS_B="two words"
                          export   VERS_C="it's"   # why not
                        VERS_D='x=y'
                        VERS_E=
                        VERS_F=plain # said of it
                        VERS_G=a#b
                        PATH=/nothing/of/ours
                        nonsense
                        VERS_H=first\r
                        VERS_H=last\r
                        """));
    }

    @Test
    void aFileMayComeLaterAndChange() throws IOException {
        EnvFile env = new EnvFile(file);
        assertEquals(Map.of(), env.look());
        write("VERS_VM_ID=a\n");
        assertEquals(Map.of("VERS_VM_ID", "a"), env.look());
        write("VERS_VM_ID=b\n");
        assertEquals(Map.of("VERS_VM_ID", "b"), env.look());
    }

    @Test
    void whatItSaidStaysWhileItIsGoneOrEmpty() throws IOException {
        EnvFile env = new EnvFile(file);
        write("VERS_VM_ID=a\n");
        env.look();
        write("");
        assertEquals(Map.of("VERS_VM_ID", "a"), env.look());
        Files.delete(file);
        assertEquals(Map.of("VERS_VM_ID", "a"), env.look());
    }

    @Test
    void aLineThatIsStillBeingWrittenIsNotTaken() throws IOException {
        EnvFile env = new EnvFile(file);
        write("VERS_VM_ID=ab");
        assertEquals(Map.of(), env.look());
        write("VERS_VM_ID=abc");
        assertEquals(Map.of(), env.look());
        assertEquals(Map.of("VERS_VM_ID", "abc"), env.look());
    }

    @Test
    void whatIsNoFileOfThisKindIsPassedBy() throws IOException {
        assertEquals(Map.of(), new EnvFile(folder).look());
        write("VERS_VM_ID=a\n".repeat(10_000));
        assertEquals(Map.of(), new EnvFile(file).look());
    }
}
