package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** State folders of every format that this program ever wrote, each opened by the program of today. */
class UpgradeTest {
    private static final Path FOLDERS = Path.of("src/test/resources/upgrade");
    @TempDir
    private Path folder;

    static List<String> versions() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDERS)) {
            return folders.filter(Files::isDirectory).map(path -> String.valueOf(path.getFileName())).sorted().toList();
        }
    }

    private Path home(String version) throws IOException {
        Path from = FOLDERS.resolve(version);
        Path home = Files.createDirectories(folder).resolve("home");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, home.resolve(from.relativize(file).toString()));
            }
        }
        return home;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void nothingIsLostOfAStateThatAnEarlierVersionWrote(String version) throws Exception {
        home(version);
        try (RunningDaemon daemon = new RunningDaemon(folder, TestClock.somewhen(),
                "policy: {requires_approval: true}\n")) {
            Mapping mail = daemon.get("/services/mail").mapping();
            assertEquals("1.10", mail.text("version"));
            assertEquals("{\"key\":[1,\"two\",null]}",
                    new String(Json.write(mail.mapping("own")), StandardCharsets.UTF_8));
            assertEquals("/srv/asmp-fixture/src/mail/asmp.yaml", mail.text("source"));
            assertEquals("2", daemon.get("/services/wiki").mapping().text("generation"));
            assertEquals("register", daemon.get("/services/kept").mapping().text("sync"));
            assertTrue(daemon.get("/capabilities?provides=page.cache").text().contains("\"parent\":\"wiki\""));
            assertEquals("pending", daemon.get("/services/pended").mapping().text("status"));
            assertTrue(daemon.get("/discoveries").text().contains("five a day"));
            Mapping vm = daemon.get("/registry/vms/vm-1").mapping();
            assertEquals("paused", vm.text("status"));
            assertEquals("v", vm.mapping("metadata").text("k"));
            assertEquals(202, daemon.announce("asmp: \"0.1\"\nkind: service\nname: gone\ndescription: d\n"
                    + "capabilities: {provides: [a.b]}\n").status());
            assertEquals("3", daemon.get("/services/gone").mapping().text("generation"), "after the tombstone's 2");
        }
    }

    @Test
    void aNewerFormatIsRefusedWithAClearWordAndLeftAsItIs() throws Exception {
        Path home = home("0.1.0");
        Files.writeString(home.resolve("format"), "7\n");
        byte[] journal = Files.readAllBytes(home.resolve("vms.jsonl"));
        Exception refused = assertThrows(StartFailure.class, () -> new RunningDaemon(folder, TestClock.somewhen(), ""));
        assertTrue(
                String.valueOf(refused.getMessage())
                        .contains("was written by a newer version of asmp (format 7, this one knows 1)"),
                refused::toString);
        assertArrayEquals(journal, Files.readAllBytes(home.resolve("vms.jsonl")));
    }

    @Test
    void aFolderGetsItsFormatAtTheFirstStart() throws Exception {
        try (RunningDaemon daemon = new RunningDaemon(folder, TestClock.somewhen(), "")) {
            assertEquals("1\n", Files.readString(daemon.home().resolve("format")));
            daemon.restart();
        }
    }
}
