package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.cli.Asmp.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportTest {
    @TempDir
    private Path folder;
    private RunningDaemon daemon;
    private Asmp asmp;

    @BeforeEach
    void aRegistryWithEverything() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "");
        asmp = new Asmp(folder);
        daemon.write("mail", Manifests.yaml("mail", "1.10", "email.send"));
        daemon.post("/discover/scan");
        daemon.announce(Manifests.yaml("grüße", "1").replace("grüße", "gruesse") + "note: \"ü 🚀 \\u0085 #: - '\"\n");
        daemon.json("POST", "/discoveries", "{\"name\":\"fax\",\"note\":\"five a day\"}");
        daemon.json("POST", "/registry/vms", "{\"id\":\"vm-1\",\"name\":\"one\",\"role\":\"worker\",\"address\":\"a\","
                + "\"registeredBy\":\"t\",\"metadata\":{\"k\":\"v\"}}");
        daemon.announce(Manifests.yaml("gone", "1"));
        daemon.json("DELETE", "/services/gone", "");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private Path home(String name) {
        return folder.resolve(name).resolve("home");
    }

    /** The state's files by name, with their content. */
    private static Map<String, String> state(Path home) throws IOException {
        Map<String, String> state = new TreeMap<>();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = home.relativize(file).toString();
                if (name.startsWith("services/") || name.endsWith(".jsonl") || name.equals("generations")) {
                    state.put(name, Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return state;
    }

    private Path export(String content) throws IOException {
        return Files.writeString(folder.resolve("export.yaml"), content);
    }

    private Asmp other(String name) throws IOException {
        return new Asmp(Files.createDirectories(folder.resolve(name)));
    }

    @Test
    void whatIsExportedFromARunningRegistryIsImportedByteForByte() throws Exception {
        Path file = folder.resolve("backup.yaml");
        Run run = asmp.run("backup", file.toString());
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().startsWith("wrote " + file), run.out());
        Map<String, String> before = state(daemon.home());
        daemon.pause();
        Run taken = other("second").run("import", file.toString());
        assertEquals(0, taken.status(), taken.err());
        assertEquals("imported 2 services\n", taken.out());
        assertEquals(before, state(home("second")));
        Run again = other("second").run("export");
        assertEquals(0, again.status());
        assertEquals(documents(Files.readString(file)), documents(again.out()));
    }

    /** The documents between head and end, which have times. */
    private static String documents(String export) {
        return export.substring(export.indexOf("---\n"), export.lastIndexOf("---\n"));
    }

    @Test
    void aBackupReplacesNoFile() throws Exception {
        Path file = Files.writeString(folder.resolve("mine"), "mine");
        Run run = asmp.run("backup", file.toString());
        assertEquals(1, run.status());
        assertTrue(run.err().contains("exists already"), run.err());
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void nothingIsImportedBesideARunningDaemonOrOverARegistryUnlessAskedTo() throws Exception {
        Path file = export(asmp.run("export").out());
        Run running = asmp.run("import", "--replace", file.toString());
        assertEquals(1, running.status());
        assertTrue(running.err().contains("stop it first: asmp stop"), running.err());
        daemon.pause();
        Run held = asmp.run("import", file.toString());
        assertTrue(held.err().contains("holds a registry already"), held.err());
        Run replaced = asmp.run("import", "--replace", file.toString());
        assertEquals(0, replaced.status(), replaced.err());
        String line = replaced.out().lines().skip(1).findFirst().orElse("");
        Path before = Path.of(line.replace("what was there before is in ", ""));
        assertTrue(Files.exists(before.resolve("services/mail.asmp.yaml")), line);
        assertFalse(Files.exists(daemon.home().resolve(".import")));
        daemon.restart();
        assertEquals("2", daemon.get("/health").mapping().text("total"));
    }

    @ParameterizedTest
    @CsvSource({"asmp_export: 1, asmp_export: 2, has the format 2", "asmp_export: 1, other: 1, is not an export",
            "email.send, email.sent, is damaged", "services/mail, ../../mail, is no file of a registry",
            "services/mail, services/../mail, is no file of a registry",
            "end: true, ends: true, is no file of a registry",
            "text:, texts:, has neither text nor base64"})
    void whatIsForeignDamagedOrNewerChangesNothing(String is, String becomes, String said) throws Exception {
        String export = asmp.run("export").out();
        assertTrue(export.contains(is), export);
        Path file = export(export.replaceFirst(Pattern.quote(is), becomes == null ? "" : becomes));
        Run run = other("second").run("import", file.toString());
        assertEquals(1, run.status());
        assertTrue(run.err().contains(said) && run.err().contains("nothing was changed"), run.err());
        assertEquals(Map.of(), state(home("second")));
        assertFalse(Files.exists(home("second").resolve(".import")));
    }

    @Test
    void anExportThatIsCutOffAnywhereChangesNothing() throws Exception {
        byte[] export = asmp.run("export").out().getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("cut");
        for (int i = 1; i < 12; i++) {
            Files.write(file, Arrays.copyOf(export, export.length * i / 12));
            assertNotEquals(0, other("second").run("import", file.toString()).status(), "cut at " + i);
        }
        assertEquals(Map.of(), state(home("second")));
    }

    @Test
    void anImportThatEndedInTheMiddleIsCompletedByTheNextStart() throws Exception {
        daemon.pause();
        Path home = daemon.home();
        Path fresh = Files.createDirectories(home.resolve(".import/new/services"));
        Files.writeString(fresh.resolve("wiki.asmp.yaml"), Manifests.yaml("wiki", "1"));
        Files.writeString(home.resolve(".import/ready"), "7\nservices\ngenerations");
        Files.createDirectories(home.resolve(".import/old"));
        Files.move(home.resolve("generations"), home.resolve(".import/old/generations"));
        Files.writeString(home.resolve("generations"), ""); // moved in before the process ended
        daemon.restart();
        assertEquals(200, daemon.get("/services/wiki").status());
        assertTrue(Files.exists(home.resolve("before-import-7/services/mail.asmp.yaml")));
        assertTrue(Files.exists(home.resolve("before-import-7/generations")));
        assertFalse(Files.exists(home.resolve(".import")));
    }

    @Test
    void whatWasOnlyStagedIsRemovedByTheNextStart() throws Exception {
        daemon.pause();
        Path fresh = Files.createDirectories(daemon.home().resolve(".import/new/services"));
        Files.writeString(fresh.resolve("wiki.asmp.yaml"), Manifests.yaml("wiki", "1"));
        daemon.restart();
        assertEquals(404, daemon.get("/services/wiki").status());
        assertEquals(200, daemon.get("/services/mail").status());
        assertFalse(Files.exists(daemon.home().resolve(".import")));
    }
}
