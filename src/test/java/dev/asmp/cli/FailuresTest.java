package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said when something goes wrong, to people and to programs. */
class FailuresTest {
    @TempDir
    private Path folder;
    private Asmp asmp;

    @BeforeEach
    void noRegistryRuns() {
        asmp = new Asmp(folder).with("ASMP_REGISTRY_URL", "http://127.0.0.1:9");
    }

    @Test
    void aFileThatCannotBeReadSaysWhy() throws IOException {
        Path file = Files.createDirectory(folder.resolve("manifest"));
        assertEquals("asmp: " + file + " cannot be read: is a folder\n", asmp.run("announce", file.toString()).err());
    }

    @Test
    void aStateFolderThatCannotBeWrittenSaysWhy() throws IOException {
        Files.writeString(folder.resolve("home"), "no folder");
        String said = asmp.run("init", "--host").err();
        assertEquals("asmp: " + folder + "/home/host.yaml cannot be written: exists already (" + folder + "/home)\n",
                said);
        String note = asmp.run("todo", "fax", "--note", "x").err();
        assertTrue(note.startsWith("asmp: no registry answers, and the note cannot be written: "), note);
    }

    @Test
    void aProfileThatCannotBeReadSaysWhy() throws IOException {
        Files.createDirectories(folder.resolve("home/host.yaml"));
        String said = new Asmp(folder).run("list").err();
        assertEquals("asmp: " + folder + "/home/host.yaml cannot be read: is a folder\n", said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "find -c fax.send", "get fax", "todos x", "nonsense", "list --nonsense",
            "announce nowhere.yaml", "get", "vm get x", "vm", "mcp install nothing", "approve x", "litmus x", "caps x"})
    void withJsonAnErrorIsOneObjectOnStandardError(String line) {
        Asmp.Run run = asmp.run((line + " --json").split(" "));
        assertEquals("", run.out());
        assertTrue(
                Json.read(run.err().strip().getBytes(StandardCharsets.UTF_8)) instanceof Mapping error
                        && error.text("error") != null,
                run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.status() > 0);
    }

    @ParameterizedTest
    @CsvSource({"find --capabilty x, '--capability'", "lisst, 'list'", "vm lits, 'list'", "find --qeury=x, '--query'"})
    void aTypoIsAnsweredWithWhatWasMeant(String line, String meant) {
        String said = asmp.run(line.split(" ")).err();
        assertTrue(said.contains("; did you mean " + "'" + meant.replace("'", "") + "'?"), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"logs", "xyz", "vm logs"})
    void whatIsFarFromEverythingGetsNoSuggestion(String line) {
        assertFalse(asmp.run(line.split(" ")).err().contains("did you mean"), line);
    }

    @Test
    void dashVShowsTheVersion() {
        assertTrue(asmp.run("-v").out().startsWith("asmp "));
    }
}
