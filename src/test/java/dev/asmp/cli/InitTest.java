package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a folder says about itself becomes a first manifest, however oddly it says it, and no secret does. */
class InitTest {
    @TempDir
    private Path folder;

    private static String asmp(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        int status = Main.run(words, stream, stream, Environment.ofProcess());
        assertEquals(0, status, () -> out.toString(StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    private void file(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Mapping yaml(String path) throws IOException {
        return (Mapping) Yaml.read(Files.readAllBytes(folder.resolve(path)));
    }

    @ParameterizedTest(name = "{0} with {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "package.json   | {\"name\": \"@ada/mail-box\", \"description\": \"Keeps: mail\"} | mail-box | Keeps: mail",
            "package.json   | {\"name\": 5, \"description\": [¶                         | folder  | ",
            "package.json   | [1]                                                       | folder  | ",
            "pyproject.toml | [x]¶name = \"no\"¶[project]¶name = \"mail_box\"¶description = 'Keeps mail' # yes"
                    + " | mail_box | Keeps mail",
            "pyproject.toml | [ tool.poetry ]¶name = \"box\" # c¶description = \"Says \\\"hi\\\"\" | box | Says \"hi\"",
            "Cargo.toml     | [package]¶name = \"box\"¶description = \"\"\"¶[[bin]]¶name = \"no\" | box | ",
            "Cargo.toml     | [package]¶name.workspace = true¶description =               | folder  | ",
            "pom.xml        | <project><parent><artifactId>no</artifactId></parent><artifactId>box</artifactId>"
                    + "<description>¶ Keeps¶ mail </description></project> | box | Keeps mail",
            "pom.xml        | <project><artifactId>${x}</artifactId><description>Keeps mail</description>"
                    + " | folder | Keeps mail",
            "pom.xml        | <!DOCTYPE p [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><project><artifactId>&e;"
                    + "</artifactId></project> | folder | ",
            "go.mod         | // c¶module example.org/ada/box/v2¶¶go 1.22                | box     | ",
            "README.md      | Title¶=====¶¶- list¶¶```¶code¶```¶¶> Keeps `mail` for_you. Yes. | folder | Keeps mail for_you.",
            "README.rst     | Title¶-----¶¶.. image:: x¶¶Keeps mail? Yes                 | folder  | Keeps mail?",
            "README         | Keeps mail, v1.10 of it                                   | folder  | Keeps mail, v1.10 of it",
            "README.md      | <p>¶<!-- a¶long comment -->¶# A¶[t]: u¶![i](j)              | folder  | ",
            "README.md      | ---¶title: x¶---¶Keeps \u001b[31m mail                    | folder  | Keeps [31m mail"})
    void whatAFolderSaysIsTaken(String file, String text, String name, String description) throws IOException {
        file("folder/" + file, text.replace('¶', '\n'));
        String out = asmp("init", folder.resolve("folder").toString(), "--provides", "a.b");
        assertEquals(name, yaml("folder/asmp.yaml").text("name"));
        assertEquals(description, yaml("folder/asmp.yaml").text("description"));
        assertEquals(description == null, out.contains("warning: description: is missing"), out);
        asmp("validate", folder.resolve("folder").toString());
    }

    @ParameterizedTest(name = "{0} becomes {1}")
    @CsvSource(delimiter = '|', value = {"https://example.org/ada/box.git | https://example.org/ada/box.git",
            "https://token@example.org/ada/box | https://example.org/ada/box",
            "https://ada:p@ss:w@example.org:8443/box.git?token=x#y | https://example.org:8443/box.git",
            "https://ada:pa/ss@example.org/box | ", "https://ada:12/ss@example.org/box | ",
            "ssh://git@example.org:22/ada/box.git | ssh://git@example.org:22/ada/box.git",
            "ssh://ada:pw@example.org/box.git | ssh://example.org/box.git",
            "git@example.org:ada/box.git | git@example.org:ada/box.git",
            "token@example.org:ada/box.git | example.org:ada/box.git", "ada:pw@example.org:box.git | ",
            "\"https://example.org/a b\" | ", "\"https://ada:pw@example.org/box\" ; c | https://example.org/box",
            "/srv/git/box.git | ", "../box | ", "C:\\box | ", "file:///srv/box | ", "| "})
    void noCredentialOfARepositoryIsWrittenDown(String url, String repo) throws IOException {
        file("box/.git/config", "[core]\n\turl = no\n[remote \"origin\"]\n\tfetch = +refs\n\turl = "
                + (url == null ? "" : url) + "\n[remote \"other\"]\n\turl = https://no\n");
        asmp("init", folder.resolve("box").toString());
        assertEquals(repo, yaml("box/asmp.yaml").text("repo"));
    }

    @ParameterizedTest(name = "a folder {0} makes {1}")
    @CsvSource({"Mail Box, Mail-Box", "'.box.', box", "Mail (2), Mail-2", "'###', my-service", "a.b_c, a.b_c"})
    void aFolderThatIsNoNameMakesTheNearestOne(String folderName, String name) throws IOException {
        Files.createDirectories(folder.resolve(folderName));
        asmp("init", folder.resolve(folderName).toString());
        assertEquals(name, yaml(folderName + "/asmp.yaml").text("name"));
    }

    /** A folder may hold anything under these names: the first usable file is taken, and nothing blocks. */
    @Test
    void whatCannotBeReadIsSkipped() throws IOException {
        Files.createDirectories(folder.resolve("box/package.json"));
        Files.createDirectories(folder.resolve("box/.git/config"));
        Files.createDirectories(folder.resolve("box/README.md"));
        Files.createSymbolicLink(folder.resolve("box/pom.xml"), folder.resolve("nowhere"));
        Files.write(folder.resolve("box/README.txt"), new byte[]{(byte) 0xff, 'M', 'a', 'i', 'l', 0, '.'});
        file("box/Cargo.toml", "[package]\ndescription = \"" + "\\\\".repeat(30_000) + "\"\n");
        file("box/pyproject.toml", "[project]\nname = \"box\"\n");
        asmp("init", folder.resolve("box").toString());
        assertEquals("box", yaml("box/asmp.yaml").text("name"));
        assertEquals("\uFFFDMail .", yaml("box/asmp.yaml").text("description"));
    }

    @ParameterizedTest
    @CsvSource({"README.md, '[', 60000", "README.md, '<!--', 30000", "README.md, '> ', 60000",
            "pom.xml, '<parent>', 15000",
            "pyproject.toml, '[project]', 12000", ".git/config, '[remote \"origin\"]', 6000",
            "go.mod, 'module ', 15000",
            "package.json, '[', 120000", "README.md, '`\u00b6', 60000", ".git/config, 'url = \u00b6', 20000"})
    void hostileFilesNeitherFailNorTakeLong(String file, String text, int times) throws IOException {
        file("box/" + file, "[remote \"origin\"]\n" + text.replace('¶', '\n').repeat(times));
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> asmp("init", folder.resolve("box").toString()));
        assertEquals("box", yaml("box/asmp.yaml").text("name"));
    }

    @Test
    void withoutACapabilityTheManifestIsNotValidSoThatNoPlaceholderIsFound() throws IOException {
        Files.createDirectories(folder.resolve("box"));
        String said = asmp("init", folder.resolve("box").toString());
        assertTrue(said.contains("say under capabilities.provides what it can do (until then it is not valid)"), said);
        assertThrows(InvalidDocumentException.class, () -> Manifest.of(yaml("box/asmp.yaml")));
        asmp("init", folder.resolve("box").toString(), "--force", "--provides", "email.send", "--provides", "a.b");
        assertEquals(List.of("email.send", "a.b"), Manifest.of(yaml("box/asmp.yaml")).provides());
    }

    @Test
    void aPortIsAlsoProbed() throws IOException {
        Files.createDirectories(folder.resolve("box"));
        asmp("init", folder.resolve("box").toString(), "--provides", "email.send", "--port", "7100");
        assertEquals("127.0.0.1:7100", yaml("box/asmp.yaml").mapping("health").text("target"));
        assertEquals(List.of("description"),
                Manifest.of(yaml("box/asmp.yaml")).warnings().stream().map(Problem::field).toList());
    }

    @ParameterizedTest
    @CsvSource({"Größe, Groesse", "café, cafe", "Łódź, Lodz", "日本, folder", "a b, a-b"})
    void aNameBeyondAsciiIsWrittenAsPeopleWriteItWithout(String called, String name) throws IOException {
        file("folder/package.json", "{\"name\": \"" + called + "\"}");
        asmp("init", folder.resolve("folder").toString(), "--provides", "a.b");
        assertEquals(name, yaml("folder/asmp.yaml").text("name"));
    }

    @Test
    void aLongSentenceIsCutBetweenWords() throws IOException {
        file("box/README.md", "word ".repeat(10_000));
        asmp("init", folder.resolve("box").toString());
        String description = String.valueOf(yaml("box/asmp.yaml").text("description"));
        assertEquals("word…", description.substring(description.length() - 5));
        assertEquals(240, description.length(), 5);
    }
}
