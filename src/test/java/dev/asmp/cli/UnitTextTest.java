package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Environment;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

/** Units made from manifests, of which no value can add a line or a word of its own. */
class UnitTextTest {
    private static final Environment ENVIRONMENT = new Environment(Map.of("HOME", "/home/ada"),
            FileSystems.getDefault());

    private static UnitText unit(String run) {
        return UnitText.of((Mapping) Yaml.read("name: mail\ndescription: sends mail 100%\n" + run), ENVIRONMENT);
    }

    @Test
    void aUnitRunsWhatTheManifestSays() {
        assertEquals("""
                [Unit]
                Description=sends mail 100%%

                [Service]
                ExecStart="/home/ada/src/mail/bin/courier" "--port" "7100"
                WorkingDirectory=/home/ada/src/mail
                Environment="MAIL_LOG=info"
                Restart=always

                [Install]
                WantedBy=default.target
                """,
                unit("run: {command: bin/courier, args: [--port, '7100'], working_dir: ~/src/mail, env: {MAIL_LOG: info},"
                        + " restart: always}").systemd());
    }

    @Test
    void hostileValuesStayInsideTheirWords() {
        String unit = unit(
                """
                        run:
                          command: courier
                          args: ["a\\"; rm -rf ~ #", "$HOME %h ${X}", "line\\nExecStartPre=/bin/evil", "back\\\\slash", "\\e[2J"]
                          env: {X: "1\\" \\"Y=2\\n[Service]\\nUser=root"}
                          restart: "always\\nUser=root"
                        """)
                .systemd();
        assertTrue(unit.contains("ExecStart=\"courier\" \"a\\\"; rm -rf ~ #\" \"$$HOME %%h $${X}\""
                + " \"line\\nExecStartPre=/bin/evil\" \"back\\\\slash\" \"\\x1b[2J\"\n"), unit);
        assertTrue(unit.contains("Environment=\"X=1\\\" \\\"Y=2\\n[Service]\\nUser=root\"\n"), unit);
        assertEquals(1, unit.lines().filter(line -> line.startsWith("ExecStart")).count());
        assertFalse(unit.lines().anyMatch(line -> line.startsWith("User=")), unit);
        assertEquals(1, unit.lines().filter(line -> line.equals("[Service]")).count());
    }

    @Test
    void aPropertyListIsXmlWhateverTheManifestSays() throws Exception {
        String list = unit("""
                run:
                  command: courier
                  args: ["</string></array><key>Evil</key>", "a & b", "]]>"]
                  env: {X: "<true/>"}
                """).launchd();
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        org.w3c.dom.Document document = factory.newDocumentBuilder()
                .parse(new InputSource(new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8))));
        assertEquals("</string></array><key>Evil</key>",
                document.getElementsByTagName("array").item(0).getChildNodes().item(3).getTextContent());
        assertEquals(7, document.getElementsByTagName("key").getLength(), list);
        assertThrows(CommandFailure.class, () -> unit("run: {command: a, args: [\"\\e\"]}").launchd());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run: {}", "run: {command: ''}", "run: {command: '-courier'}",
            "run: {command: '!/bin/sh'}",
            "run: {command: '@x'}", "run: {command: '+x'}", "run: {command: ':x'}",
            "run: {command: a, env: {'A B': 1}}",
            "run: {command: a, env: {A: [1]}}", "run: {command: a, args: [\"\\0\"]}",
            "run: {command: a, working_dir: \"/x\\nUser=root\"}", "run: {command: ./a}"})
    void whatMakesNoUnitIsRefused(String run) {
        assertThrows(CommandFailure.class, () -> unit(run).systemd());
    }

    @Test
    void aLineForAShellIsGivenToOneAndARelativePathIsBelowTheManifest() {
        assertTrue(unit("runtime: {exec: 'npm run start'}").systemd()
                .contains("ExecStart=\"/bin/sh\" \"-c\" \"npm run start\"\n"));
        assertTrue(unit("source: /src/mail/infra/asmp.yaml\nrun: {command: bin/mail}").systemd()
                .contains("ExecStart=\"/src/mail/bin/mail\"\nWorkingDirectory=/src/mail\n"));
    }

    @Test
    void theCommandPrintsAndInstallsNothing(@TempDir Path folder) throws Exception {
        try (RunningDaemon daemon = new RunningDaemon(folder, TestClock.somewhen(), "")) {
            daemon.announce(Manifests.yaml("mail", "1") + "run: {command: /opt/mail, args: [serve]}\n");
            Asmp asmp = new Asmp(folder).with("PATH", "/nowhere");
            Asmp.Run run = asmp.run("unit", "mail");
            assertEquals(0, run.status(), run.err());
            assertTrue(run.out().contains("ExecStart=\"/opt/mail\" \"serve\"\n"), run.out());
            assertTrue(run.err().contains("printed, not installed"), run.err());
            assertTrue(asmp.run("unit", "mail", "--launchd").out().contains("<string>asmp.mail</string>"));
            assertEquals(1, asmp.run("unit", "nothing").status());
            assertEquals(2, asmp.run("unit").status());
        }
    }
}
