package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.cli.Asmp.Run;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Finding, listing and getting services, as people type it. */
class FindTest {
    @TempDir
    private Path folder;
    private RunningDaemon daemon;
    private Asmp asmp;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "");
        asmp = new Asmp(folder);
        daemon.write("mail", Manifests.yaml("mail", "1", "email.send", "email.read"));
        daemon.post("/discover/scan");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    @Test
    void whatIsStaleIsShownBelowALineThatSaysSoAndIsNoHit() throws Exception {
        Files.delete(daemon.source().resolve("mail/asmp.yaml"));
        daemon.post("/discover/scan");
        for (Run run : List.of(asmp.run("find", "-c", "email.send"), asmp.run("caps", "--provides", "email.*"),
                asmp.run("find", "-q", "mail"), asmp.run("find", "email.send"))) {
            assertEquals(1, run.status());
            assertTrue(run.err().startsWith("nothing live "), run.err());
            assertTrue(run.out().contains("mail  stale"), run.out());
            assertFalse(run.err().contains("asmp todo"), run.err());
        }
        Run json = asmp.run("find", "-c", "email.send", "--json");
        assertEquals(1, json.status());
        assertTrue(json.err().startsWith("{\"error\":\"nothing live provides 'email.send'"), json.err());
        assertTrue(json.out().startsWith("[{\"name\":\"mail\""), json.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"find email.send", "find email.*", "find who sends mail", "find mail",
            "find -q nonsense -c email.send", "find --capability email.read --query fax"})
    void aBareWordIsACapabilityIfThereIsOneAndElseAQuestion(String line) {
        Run run = asmp.run(line.split(" "));
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("mail  registered"), run.out());
    }

    @Test
    void aHitWhoseManifestIsBrokenNowSaysSo() throws Exception {
        daemon.write("mail", "asmp: [");
        daemon.post("/discover/scan");
        Run run = asmp.run("find", "-c", "email.send");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("problem with mail: " + daemon.source().resolve("mail/asmp.yaml") + ": line 1"),
                run.out());
    }

    @Test
    void aSuggestionCanBePastedIntoAShell() {
        String said = asmp.run("find", "-c", "x; rm -rf y").err();
        assertTrue(said.contains("asmp todo 'x; rm -rf y' --note"), said);
        assertTrue(asmp.run("get", "it's").err().contains("asmp todo 'it'\\''s' --note"));
    }

    @ParameterizedTest
    @CsvSource({"get mial, did you mean 'mail'?", "get Mail, did you mean 'mail'?", "get MAIL, did you mean 'mail'?",
            "find -c email*, 'did you mean email.*,'", "find email*, 'did you mean email.*,'",
            "find email.sned, mail", "find -c email.sned, did you mean email.send"})
    void whatIsCloseIsSuggested(String line, String suggestion) {
        Run run = asmp.run(line.split(" "));
        assertTrue((run.out() + run.err()).contains(suggestion), run::toString);
    }

    @Test
    void aRowOfAModSaysWhichServiceItIsPartOf() throws Exception {
        Path mod = Files.writeString(folder.resolve("mod.yaml"), """
                name: spam-filter
                capabilities: {provides: [email.filter], requires: [email.read]}
                """);
        assertEquals(0, asmp.run("mod", "attach", "mail", mod.toString()).status());
        assertTrue(asmp.run("find", "-c", "email.filter").out().contains("spam-filter (mod of mail)"));
        assertTrue(asmp.run("get", "spam-filter").err().contains("'spam-filter' is a mod of mail: asmp mods mail"));
    }

    @Test
    void aWholeManifestIsNoMod() throws Exception {
        Path manifest = Files.writeString(folder.resolve("fax.yaml"), Manifests.yaml("fax", "1", "fax.send"));
        Run run = asmp.run("mod", "attach", "mail", manifest.toString());
        assertEquals(1, run.status());
        assertTrue(run.err().contains("is the manifest of a service, not a mod"), run.err());
        assertTrue(run.err().contains("asmp announce"), run.err());
    }

    @Test
    void aPendingCapabilityIsNamed() throws Exception {
        Files.writeString(daemon.home().resolve("host.yaml"), "\npolicy: {requires_approval: true}\n",
                java.nio.file.StandardOpenOption.APPEND);
        daemon.post("/reload");
        daemon.announce(Manifests.yaml("fax", "1", "fax.send"));
        String said = asmp.run("find", "-c", "fax.send").err();
        assertTrue(said.contains("fax would, and waits for the owner's approval: asmp pending, asmp approve fax"),
                said);
    }

    @Test
    void aScanThatChangesNothingSaysSo() throws Exception {
        assertEquals("scanned 1: 0 registered, 0 updated, 1 unchanged, 0 skipped, 0 stale\n", asmp.run("scan").out());
        daemon.write("mail", Manifests.yaml("mail", "2", "email.send"));
        assertEquals("scanned 1: 0 registered, 1 updated, 0 unchanged, 0 skipped, 0 stale\n", asmp.run("scan").out());
        Mapping json = (Mapping) Json.read(asmp.run("scan", "--json").out().getBytes(StandardCharsets.UTF_8));
        assertEquals("1 1", json.text("updated") + " " + json.text("unchanged"));
    }

    @Test
    void aListCanBeNarrowedAndNameNamesOnly() throws Exception {
        daemon.announce(Manifests.yaml("fax", "1", "fax.send").replace("kind: service", "kind: tool"));
        assertEquals("fax\nmail\n", asmp.run("list", "-1").out());
        assertEquals("fax\n", asmp.run("list", "-1", "--kind", "tool").out());
        assertEquals("", asmp.run("list", "-1", "--stale").out());
        assertEquals("[\"fax\"]\n", asmp.run("list", "--names", "--kind", "tool", "--json").out());
        assertEquals("no service matches\n", asmp.run("list", "--unhealthy").out());
        assertEquals("[]\n", asmp.run("list", "--unhealthy", "--json").out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "list --status bogus | 2 | --status is one of registered, stale, pending, rejected",
            "list --kind servce | 1 | there are service",
            "list --section x | 1 | no service has the section 'x'; there",
            "vm list --role wroker | 2 | did you mean 'worker'?", "vm discover cook | 1 | infra, lieutenant, worker",
            "vm list --status up | 2 | running, paused, stopped"})
    void aFilterWithAnUnknownValueSaysWhatThereIs(String line, int status, String said) {
        Run run = asmp.run(line.split(" "));
        assertEquals(status, run.status());
        assertTrue(run.err().contains(said), run.err());
    }

    @Test
    void theNotesAsJsonAreABareArrayAndANoteNeedsNoText() {
        assertEquals(0, asmp.run("todo", "fax").status());
        String json = asmp.run("todos", "--json").out();
        assertTrue(json.startsWith("[{\"name\":\"fax\""), json);
    }

    @Test
    void whatGetPrintsIsValid() throws Exception {
        String yaml = asmp.run("get", "mail").out();
        Path file = Files.writeString(folder.resolve("got.yaml"), yaml);
        Run run = asmp.run("validate", file.toString());
        assertEquals(0, run.status(), yaml + run.out());
        assertTrue(yaml.contains("generation: 1\n"), yaml);
    }

    @Test
    void aVmThatIsNotFoundIsToldFromOneThatDoesNotRun() {
        assertEquals("asmp: no VM has the id 'vm-7'\n", asmp.run("vm", "get", "vm-7").err());
        assertEquals("asmp: no VM is called 'parser'\n", asmp.run("vm", "resolve", "parser").err());
        assertEquals(0, asmp.run("vm", "register", "vm-7", "--name", "parser", "--role", "worker").status());
        assertEquals(0, asmp.run("vm", "update", "vm-7", "--status", "stopped").status());
        assertEquals("asmp: 'parser' (vm-7) is stopped\n", asmp.run("vm", "resolve", "parser").err());
        String beat = asmp.run("vm", "heartbeat", "vm-8").err();
        assertTrue(beat.contains("vm-8"), beat);
        String role = asmp.run("vm", "register", "vm-9", "--role", "cook").err();
        assertTrue(role.contains("--role is one of infra, lieutenant, worker, golden, custom, not 'cook'"), role);
    }

    @ParameterizedTest
    @ValueSource(strings = {"get mail", "list", "find -c email.send", "find email.send"})
    void jsonHasEscapesForCharactersThatSteerATerminal(String command) throws Exception {
        String hostile = "a\u009b2Jb\u0085c\u202ed\u2066e\u007ff\udb40\udc41g";
        daemon.write("mail", Manifests.yaml("mail", "1", "email.send").replace("description: the mail of this machine",
                "description: \"a\\u009B2Jb\\u0085c\\u202Ed\\u2066e\\u007Ff\\U000E0041g\""));
        daemon.post("/discover/scan");
        Run run = asmp.run((command + " --json").split(" "));
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().toLowerCase(Locale.ROOT)
                .contains("a\\u009b2jb\\u0085c\\u202ed\\u2066e\\u007ff\\udb40\\udc41g"), run.out());
        assertTrue(Json.read(run.out().getBytes(StandardCharsets.UTF_8)).toString().contains(hostile), run.out());
    }

    @Test
    void aScanSaysWhatItReplacedAndTheStatusCountsInTheSingular() throws Exception {
        Path old = daemon.source().resolve("mail/asmp.yaml");
        Files.delete(old);
        daemon.write("post", Manifests.yaml("mail", "2", "email.send"));
        Run scan = asmp.run("scan");
        assertTrue(
                scan.out().contains("\n  replaced mail from " + old + ", generation 1; asmp undo mail restores it\n"),
                scan.out());
        String status = asmp.run("status").out();
        assertTrue(status.contains(": 1 manifest, 0 skipped, 0 problems, 0 conflicts\n"), status);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "--capabilty x|unknown option '--capabilty'; did you mean asmp find --capability?",
            "--capability=x|a COMMAND is missing before --capability; did you mean asmp find --capability?",
            "-c x|a COMMAND is missing before -c; did you mean asmp find -c?",
            "--pending|unknown option '--pending'", "fnid x|there is no command 'fnid'; did you mean 'find'?"})
    void anOptionWithoutACommandGetsASuggestion(String words, String said) {
        Run run = asmp.run(words.split(" "));
        assertEquals(2, run.status());
        assertEquals("asmp: " + said, run.err().lines().findFirst().orElse(""));
    }
}
