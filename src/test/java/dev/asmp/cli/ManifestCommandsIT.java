package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.document.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that help to write a manifest: they work without a registry. */
class ManifestCommandsIT {
    private static final String GOOD = """
            asmp: "0.1"
            kind: service
            name: mail
            description: sends mail
            capabilities: {provides: [email.send]}
            """;

    @TempDir
    private Path folder;

    /** How a command ended. */
    private record Run(int status, String out, String err) {}

    private Run run(String... words) throws Exception {
        return run("", words);
    }

    private Run run(String input, String[] words) throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getProperty("asmp.launcher")));
        command.addAll(List.of(words));
        Path in = Files.writeString(Files.createTempFile("in", ""), input);
        Path out = Files.createTempFile("out", "");
        Path err = Files.createTempFile("err", "");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectInput(in.toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(Map.of("HOME", folder.toString(), "ASMP_HOME", home().toString()));
        builder.environment().keySet().removeAll(List.of("ASMP_REGISTRY_URL", "LANG", "LC_ALL", "LC_CTYPE"));
        Process process = builder.start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end: " + command);
        Run run = new Run(process.exitValue(), Files.readString(out), Files.readString(err));
        for (Path file : List.of(in, out, err)) {
            Files.delete(file);
        }
        return run;
    }

    private Path home() {
        return folder.resolve("state/asmp");
    }

    private Path file(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private Mapping yaml(String path) throws IOException {
        return (Mapping) Yaml.read(Files.readAllBytes(folder.resolve(path)));
    }

    @Test
    void fiveMistakesAreFiveLinesWithTheirPlaces() throws Exception {
        file("bad.yaml", """
                # five mistakes
                asmp: "0.2"
                kind: 5
                name: a/b
                description: none of them is here
                capabilities:
                  provides:
                    - email.send
                    - 1.10
                    -   ''
                """);
        assertEquals(new Run(1,
                """
                        bad.yaml:2:7: asmp: version '0.2' is not supported; this registry speaks "0.1"
                        bad.yaml:3:7: kind: must be text, such as service, but is a number
                        bad.yaml:4:7: name: 'a/b' is not allowed: use ASCII letters, digits, '.', '_' and '-', and begin with a \
                        letter or digit
                        bad.yaml:9:7: capabilities.provides[1]: must be text, such as email.send, but is a number
                        bad.yaml:10:9: capabilities.provides[2]: must not be empty
                        """,
                ""), run("validate", "bad.yaml"));
    }

    @Test
    void severalFilesFoldersAndStandardInputAreReadInTurn() throws Exception {
        file("good.yaml", GOOD);
        file("one/asmp.yaml", GOOD.replace("service", "robot"));
        file("two/infra/asmp.yaml", GOOD);
        file("three/asmp.yaml", GOOD);
        file("three/infra/asmp.yaml", "broken: [");
        file("host.yaml", "kind: host\nhost_id: box\ndevice_class: vm\n");
        file("good.json", new String(Json.write(Yaml.read(GOOD)), StandardCharsets.UTF_8));
        assertEquals(new Run(0, """
                good.yaml: ok
                one/asmp.yaml:2:7: warning: kind: 'robot' is not one of service, tool, mcp-server, ai-model
                one/asmp.yaml: ok (1 warning)
                two/infra/asmp.yaml: ok
                three/asmp.yaml: ok
                host.yaml: ok
                good.json: ok
                -: ok
                """, ""),
                run(GOOD, new String[]{"validate", "good.yaml", "one", "two", "three", "host.yaml", "good.json", "-"}));
    }

    @Test
    void oneBadFileAmongGoodOnesIsEnoughToFail() throws Exception {
        file("good.yaml", GOOD);
        Files.createDirectories(folder.resolve("empty"));
        assertEquals(new Run(1, """
                none.yaml: there is no such file
                empty/asmp.yaml: there is no such file
                good.yaml: ok
                -:2:1: while parsing a flow node: expected the node content, but found '<stream end>'
                """, ""), run("a: [\n", new String[]{"validate", "none.yaml", "empty", "good.yaml", "-"}));
    }

    @Test
    void findingsAreAListForPrograms() throws Exception {
        file("bad.yaml", GOOD.replace("service", "robot").replace("name: mail", "name: a b"));
        Run run = run("validate", "bad.yaml", "--json");
        assertEquals(1, run.status);
        Sequence findings = (Sequence) Json.read(run.out.getBytes(StandardCharsets.UTF_8));
        Document first = Yaml.read("""
                {file: bad.yaml, line: 2, column: 7, severity: warning, field: kind,
                 message: "'robot' is not one of service, tool, mcp-server, ai-model"}""");
        assertEquals(first, findings.items().getFirst());
        assertEquals("error", ((Mapping) findings.items().get(1)).text("severity"));
        file("good.yaml", GOOD);
        assertEquals(new Run(0, "[]\n", ""), run("--json", "validate", "good.yaml"));
    }

    @Test
    void nothingInAFileCanSteerATerminal() throws Exception {
        file("bad.yaml", GOOD.replace("name: mail", "name: \"\\e[31m\\r\\nred\""));
        Run run = run("validate", "bad.yaml");
        assertTrue(run.out.contains("'\\u001B[31m\\u000D\\u000Ared' is not allowed"), run.out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"validate", "validate --nonsense x", "init a b", "init --port", "init --port 0",
            "init --port 65536", "init --port http", "init --name a/b", "init --host x", "init --host --port 1"})
    void wrongUsageExitsWithTwo(String words) throws Exception {
        Run run = run(words.split(" ", -1));
        assertEquals(2, run.status, run.err);
        assertEquals("", run.out);
    }

    @Test
    void aFirstManifestIsWrittenAndSaysWhatToDoNext() throws Exception {
        file("mail/README.md", "# Mail\n\n[![ok](b.svg)](b)\n\n**Sends letters**, e.g. to [you](x). Fast.\n");
        file("mail/.git/config", "[remote \"origin\"]\n\turl = https://ada:s3cret@example.org/ada/mail.git\n");
        assertEquals(new Run(0, """
                wrote mail/asmp.yaml
                next: look it over, then
                  asmp validate mail/asmp.yaml
                  asmp announce mail/asmp.yaml   # tells the registry now
                  asmp scan   # finds it, and whatever else is below the scan paths
                """, ""), run("init", "mail", "--port", "7100", "--provides", "email.send"));
        assertEquals(Yaml.read("""
                {asmp: "0.1", kind: service, name: mail, description: 'Sends letters, e.g. to you.',
                 repo: "https://example.org/ada/mail.git", capabilities: {provides: [email.send]},
                 endpoints: [{protocol: http, host: 127.0.0.1, port: 7100}],
                 health: {method: tcp, target: "127.0.0.1:7100", interval: 30s}}"""), yaml("mail/asmp.yaml"));
        assertTrue(Files.readString(folder.resolve("mail/asmp.yaml")).startsWith(
                "# yaml-language-server: $schema=http://127.0.0.1:7700/schemas/asmp.schema.json\nasmp: \"0.1\"\n"));
        assertEquals(new Run(0, "mail/asmp.yaml: ok\n", ""), run("validate", "mail"));
    }

    /** As a service or a cron job is started: without a locale. */
    @Test
    void aFolderMayHaveAnyNameInAnyLocale() throws Exception {
        assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "this JVM itself cannot spell the name");
        file("größe/README", "Misst Größen.\n");
        assertEquals(0, run("init", "größe", "--provides", "size.measure").status);
        assertEquals("groesse", yaml("größe/asmp.yaml").text("name"));
        assertEquals("Misst Größen.", yaml("größe/asmp.yaml").text("description"));
        assertEquals(new Run(0, "größe/asmp.yaml: ok\n", ""), run("validate", "größe"));
    }

    @Test
    void whatIsThereIsReplacedOnlyWhenAsked() throws Exception {
        file("mail/asmp.yaml", "mine");
        file("wiki/infra/asmp.yaml", "mine");
        assertEquals(new Run(1, "", "asmp: mail/asmp.yaml is there already; --force overwrites it\n"),
                run("init", "mail"));
        assertEquals(1, run("init", "wiki").status);
        assertEquals("mine", Files.readString(folder.resolve("mail/asmp.yaml")));
        assertFalse(Files.exists(folder.resolve("wiki/asmp.yaml")));
        Run forced = run("init", "mail", "--force", "--name", "post", "--json");
        assertEquals(0, forced.status);
        assertEquals("post", yaml("mail/asmp.yaml").text("name"));
        Mapping said = (Mapping) Json.read(forced.out.getBytes(StandardCharsets.UTF_8));
        assertEquals(folder.toRealPath().resolve("mail/asmp.yaml"), Path.of(String.valueOf(said.text("path"))));
        assertEquals("description", ((Mapping) said.list("warnings").getFirst()).text("field"));
        assertEquals(new Run(1, "", "asmp: there is no folder nowhere\n"), run("init", "nowhere"));
    }

    @Test
    void aFirstProfileIsForItsOwnerAlone() throws Exception {
        Files.createDirectories(folder.resolve("src"));
        Files.createDirectories(folder.resolve("repos: mine"));
        Run run = run("init", "--host");
        assertEquals(0, run.status, run.err);
        Path profile = home().resolve("host.yaml");
        assertTrue(run.out.startsWith("wrote " + profile + "\nnext: ") && run.out.contains("asmp serve"), run.out);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(profile)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home())));
        assertTrue(Files.readString(profile).startsWith(
                "# yaml-language-server: $schema=http://127.0.0.1:7700/schemas/host.schema.json\n"));
        Mapping said = yaml("state/asmp/host.yaml");
        assertEquals("host", said.text("kind"));
        assertTrue(List.of("vm", "server", "personal_computer").contains(said.text("device_class")), said::toString);
        assertEquals(List.of("~/repos: mine", "~/src"), said.mapping("discovery").texts("scan_paths"));
        assertEquals(new Run(0, profile + ": ok\n", ""), run("validate", profile.toString()));
        assertEquals(1, run("init", "--host").status);
        Files.setPosixFilePermissions(profile, PosixFilePermissions.fromString("rw-r--r--"));
        assertEquals(0, run("init", "--host", "--force", "--name", "box: 1").status);
        assertEquals("box: 1", yaml("state/asmp/host.yaml").text("host_id"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(profile)));
    }
}
