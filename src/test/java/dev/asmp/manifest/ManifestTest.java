package dev.asmp.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Document;
import dev.asmp.document.Limits;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Yaml;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What makes a manifest valid, what is wrong with one that is not, and what is taken out of one that is. */
class ManifestTest {
    private static final String GOOD = """
            asmp: "0.1"
            kind: service
            name: mail
            description: Sends mail
            capabilities:
              provides: [email.send]
            """;

    @Test
    void aGoodManifestIsTakenAsItIs() {
        Manifest manifest = manifest(GOOD);
        assertEquals(Yaml.read(GOOD), manifest.document());
        assertEquals("mail", manifest.name());
        assertEquals("service", manifest.kind());
        assertEquals("Sends mail", manifest.description());
        assertEquals(List.of("email.send"), manifest.provides());
        assertEquals(List.of(), manifest.warnings());
    }

    @ParameterizedTest(name = "{0}: {1} is a problem with {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "asmp         |                     | asmp                     | is required",
            "asmp         | asmp:               | asmp                     | must not be empty",
            "asmp         | asmp: '0.2'         | asmp                     | version '0.2' is not supported",
            "asmp         | asmp: 1             | asmp                     | version '1' is not supported",
            "asmp         | asmp: 0.10          | asmp                     | version '0.10' is not supported",
            "asmp         | asmp: [0.1]         | asmp                     | must be text, but is a list",
            "kind         |                     | kind                     | is required",
            "kind         | kind: ''            | kind                     | must not be empty",
            "kind         | kind: ' '           | kind                     | must not be empty",
            "kind         | kind: ~             | kind                     | must not be empty",
            "kind         | kind: 5             | kind                     | but is a number",
            "kind         | kind: true          | kind                     | but is true or false",
            "kind         | kind: {a: b}        | kind                     | must be text, but is a mapping",
            "name         |                     | name                     | is required",
            "name         | name:               | name                     | must not be empty",
            "name         | name: ''            | name                     | must not be empty",
            "name         | name: '  '          | name                     | must not be empty",
            "name         | name: a/b           | name                     | 'a/b' is not allowed",
            "name         | name: ..            | name                     | '..' is not allowed",
            "name         | name: ../x          | name                     | '../x' is not allowed",
            "name         | name: .hidden       | name                     | '.hidden' is not allowed",
            "name         | name: a b           | name                     | 'a b' is not allowed",
            "name         | name: -a            | name                     | '-a' is not allowed",
            "name         | name: é             | name                     | 'é' is not allowed",
            "name         | name: \"a\\0b\"     | name                     | 'a\\u0000b' is not allowed",
            "name         | name: \"a\\n\"      | name                     | 'a\\u000A' is not allowed",
            "name         | name: \"\\e[31m\"   | name                     | '\\u001B[31m' is not allowed",
            "name         | name: [a]           | name                     | must be text, but is a list",
            "name         | name: {a: b}        | name                     | must be text, but is a mapping",
            "capabilities |                     | capabilities.provides    | is required",
            "capabilities | capabilities: [a.b] | capabilities             | but is a list",
            "capabilities | capabilities: a.b   | capabilities             | but is text",
            "capabilities | capabilities:       | capabilities             | but is null",
            "capabilities | capabilities: {}    | capabilities.provides    | but is missing",
            "capabilities | capabilities: {provides: a.b}    | capabilities.provides | but is text",
            "capabilities | capabilities: {provides: }       | capabilities.provides | but is null",
            "capabilities | capabilities: {provides: {a: b}} | capabilities.provides | but is a mapping",
            "capabilities | capabilities: {provides: []}     | capabilities.provides | at least one",
            "capabilities | capabilities: {provides: [1]}    | capabilities.provides[0] | must be text",
            "capabilities | capabilities: {provides: [a, 1.10]} | capabilities.provides[1] | but is a number",
            "capabilities | capabilities: {provides: [a, ~]}    | capabilities.provides[1] | but is null",
            "capabilities | capabilities: {provides: [a, true]} | capabilities.provides[1] | but is true or false",
            "capabilities | capabilities: {provides: [[a]]}     | capabilities.provides[0] | but is a list",
            "capabilities | capabilities: {provides: ['', a]}   | capabilities.provides[0] | must not be empty",
            "capabilities | capabilities: {provides: [a, ' ']}  | capabilities.provides[1] | must not be empty",
            "endpoints    | endpoints: [{port: 1}, {port: 0}]   | endpoints[1].port | from 1 to 65535, but is '0'",
            "endpoints    | endpoints: [{port: 65536}]          | endpoints[0].port | from 1 to 65535, but is '65536'"})
    void aBadFieldIsNamed(String replaced, String line, String field, String message) {
        Mapping good = (Mapping) Yaml.read(GOOD);
        Mapping bad = line == null ? good.without(List.of(replaced)) : with(good, (Mapping) Yaml.read(line));
        List<Problem> problems = assertThrows(InvalidDocumentException.class, () -> Manifest.of(bad)).problems();
        assertEquals(List.of(field), problems.stream().map(Problem::field).toList(), problems::toString);
        assertTrue(problems.get(0).message().contains(message), problems::toString);
    }

    @Test
    void allProblemsAreToldAtOnce() {
        var e = assertThrows(InvalidDocumentException.class, () -> Manifest.of(Yaml.read("""
                asmp: "9"
                name: a/b
                capabilities: {provides: [1, ok, '']}
                """)));
        assertEquals(List.of("asmp", "kind", "name", "capabilities.provides[0]", "capabilities.provides[2]"),
                e.problems().stream().map(Problem::field).toList());
        assertEquals(Problem.describe(e.problems()), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains("kind: is required; name: 'a/b' is not allowed"),
                e::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[a]", "text", "5", "~", "true"})
    void whatIsNoMappingIsNoManifest(String yaml) {
        var e = assertThrows(InvalidDocumentException.class, () -> Manifest.of(Yaml.read(yaml)));
        assertEquals("a manifest is a mapping of keys, but this is " + Yaml.read(yaml).kindName(), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 127, 128})
    void aNameMayHave128Characters(int length) {
        assertEquals("n".repeat(length), manifest(GOOD.replace("mail\n", "n".repeat(length) + "\n")).name());
    }

    @Test
    void aNameOf129CharactersIsTooLong() {
        var e = assertThrows(InvalidDocumentException.class,
                () -> manifest(GOOD.replace("mail\n", "n".repeat(129) + "\n")));
        assertEquals("name: is 129 characters long; at most 128 are allowed", e.getMessage());
    }

    @Test
    void whatIsTextByContractIsTextAsItWasWritten() {
        Mapping document = manifest("""
                asmp: 0.1
                kind: service
                name: 1.10
                version: 1.10
                description: 2026
                capabilities:
                  provides: [on, 0o17, '1.10']
                  requires: [1.10, true]
                  owns: [1e3]
                port: 1.10
                """).document();
        assertEquals(Scalar.text("0.1"), document.get("asmp"));
        assertEquals(Scalar.text("1.10"), document.get("name"));
        assertEquals(Scalar.text("1.10"), document.get("version"));
        assertEquals(Scalar.text("2026"), document.get("description"));
        assertEquals(Yaml.read("[on, 0o17, '1.10']"), document.mapping("capabilities").get("provides"));
        assertEquals(Yaml.read("['1.10', 'true']"), document.mapping("capabilities").get("requires"));
        assertEquals(Yaml.read("['1e3']"), document.mapping("capabilities").get("owns"));
        assertEquals(Yaml.read("1.10"), document.get("port"));
    }

    @Test
    void theRegistrysOwnKeysAreTakenOff() {
        Manifest posted = manifest(GOOD + """
                source: /elsewhere/asmp.yaml
                last_seen: never
                generation: [bad]
                sync: {}
                status: stale
                host: other
                x-asmp: {format: 99}
                """);
        assertEquals(manifest(GOOD), posted);
        assertEquals(manifest(GOOD).hashCode(), posted.hashCode());
    }

    @Test
    void unknownKeysAreKeptInTheirPlace() {
        String yaml = "zebra: {b: 1.10, a: [~, yes]}\n" + GOOD + "apple: 0o17\n";
        assertEquals(List.of("zebra", "asmp", "kind", "name", "description", "capabilities", "apple"),
                List.copyOf(manifest(yaml).document().fields().keySet()));
        assertEquals(Yaml.read(yaml), manifest(yaml).document());
    }

    @Test
    void capabilitiesAreGivenOnceInTheirOwnOrder() {
        assertEquals(List.of("b", "a"), manifest(GOOD.replace("email.send", "b, a, b")).provides());
    }

    @Test
    void aliasesAreFoundInBothPlaces() {
        assertEquals(List.of("x", "y", "z"),
                manifest(GOOD + "  aliases: [y, z]\naliases: [x, y]\n").aliases());
        assertEquals(List.of("x"), manifest(GOOD + "aliases: x\n").aliases());
    }

    @Test
    void whatIsSaidInSeveralPlacesIsFoundWhereItStands() {
        assertNull(manifest(GOOD).section());
        assertNull(manifest(GOOD).repo());
        assertEquals("tools", manifest(GOOD + "display: {section: tools}").section());
        assertEquals("top", manifest(GOOD + "section: top\ndisplay: {section: tools}").section());
        assertEquals("r", manifest(GOOD + "infra: {repo: r, github: g}").repo());
        assertEquals("g", manifest(GOOD + "infra: {github: g}").repo());
        assertEquals("t", manifest(GOOD + "repo: t\ninfra: {repo: r}").repo());
        assertEquals(1, manifest(GOOD + "endpoints: [{port: 1}]").endpoints().items().size());
        assertEquals(0, manifest(GOOD + "endpoints: none").endpoints().items().size());
    }

    @ParameterizedTest(name = "{0} is worth a warning about {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "description:                         | description            | is missing: agents choose by it",
            "description: ' '                     | description            | is missing",
            "description: [a]                     | description            | must be text, but is a list",
            "description: It is on port 8080.     | description            | mentions port 8080",
            "description: Port:8080 of this host  | description            | mentions port 8080",
            "description: at http://localhost:8080/x | description         | mentions port 8080",
            "description: listens on [::]:8080    | description            | mentions port 8080",
            "kind: robot                          | kind | 'robot' is not one of service, tool, mcp-server, ai-model",
            "version: {a: b}                      | version                | must be text, but is a mapping",
            "owner: [a]                           | owner                  | must be text",
            "aliases: {a: b}                      | aliases                | must be a list of texts, but is a mapping",
            "aliases: [a, [b]]                    | aliases[1]             | must be text, but is a list",
            "owns: [~]                            | owns[0]                | must be text, but is null",
            "capabilities: {provides: [fax]}      | capabilities.provides[0] | 'fax' is not dot-separated",
            "capabilities: {provides: ['send a fax.']} | capabilities.provides[0] | is not dot-separated",
            "capabilities: {provides: [a.b, .a]}  | capabilities.provides[1] | '.a' is not dot-separated",
            "capabilities: {provides: [a..b]}     | capabilities.provides[0] | 'a..b' is not dot-separated",
            "capabilities: {provides: [a.b, a.c, a.b]} | capabilities.provides[2] | 'a.b' is listed more than once",
            "capabilities: {provides: [a.b], requires: {a: b}} | capabilities.requires | must be a list of texts",
            "capabilities: {provides: [a.b], owns: [{a: b}]} | capabilities.owns[0] | must be text",
            "run: bin/mail                        | run                    | must be a mapping of keys, but is 'bin/mail'",
            "runtime: [a]                         | runtime                | must be a mapping of keys, but is a list",
            "run: {args: {a: b}}                  | run.args               | must be a list of texts",
            "run: {env: [A=b]}                    | run.env                | must be a mapping of keys",
            "run: {depends_on: mail}              | run.depends_on         | must be a list, but is 'mail'",
            "run: {depends_on: [mail]}            | run.depends_on[0]      | must be a mapping of keys, but is 'mail'",
            "run: {depends_on: [{name: a, kind: soft}, {name: b, kind: firm}]} | run.depends_on[1].kind | 'firm' is not",
            "runtime: {depends_on: [{kind: Hard}]} | runtime.depends_on[0].kind | 'Hard' is not one of soft, hard",
            "lifecycle: systemctl start           | lifecycle              | must be a mapping of keys",
            "lifecycle: {start: [a, b]}           | lifecycle.start        | must be text, but is a list",
            "state: [running]                     | state                  | must be text or a mapping of keys",
            "endpoints: {port: 1}                 | endpoints              | must be a list, but is a mapping",
            "endpoints: [7100]                    | endpoints[0]           | must be a mapping of keys, but is '7100'",
            "endpoints: [{port: http}]            | endpoints[0].port      | from 1 to 65535, but is 'http'",
            "endpoints: [{port: [1]}]             | endpoints[0].port      | from 1 to 65535, but is a list",
            "endpoints: [{host: {a: b}}]          | endpoints[0].host      | must be text",
            "endpoints: [{visibility: world}]     | endpoints[0].visibility | 'world' is not one of loopback, local, lan",
            "health: tcp                          | health                 | must be a mapping of keys, but is 'tcp'",
            "health: {method: launchctl}          | health.method          | 'launchctl' is not one of http, tcp, llm_ping",
            "health: {target: 'localhost:1'}      | health.method          | is missing, so nothing is probed",
            "health: {method: tcp}                | health.target          | is missing, so nothing is probed",
            "health: {method: http, target: 'localhost:80'}    | health.target | is not a URL such as",
            "health: {method: http, target: 'file:///etc'}     | health.target | is not a URL such as",
            "health: {method: http, target: 'http://a b'}      | health.target | is not a URL such as",
            "health: {method: http, target: 'http://ada:pw@a/'} | health.target | carries a user name; a probe sends no",
            "health: {method: tcp, target: 'ada:pw@a:1'}       | health.target | carries a user name; a probe sends no",
            "health: {method: http, target: 'http://a:0/'}     | health.target | is not a URL such as",
            "health: {method: http, target: 'http:///x'}       | health.target | is not a URL such as",
            "health: {method: tcp, target: localhost}          | health.target | is not host:port",
            "health: {method: tcp, target: 'http://localhost'} | health.target | is not host:port",
            "health: {method: tcp, target: 'localhost:99999'}  | health.target | is not host:port",
            "health: {method: tcp, target: 'a:1', interval: banana} | health.interval | 'banana' is not a duration",
            "health: {method: tcp, target: 'a:1', timeout: 0s} | health.timeout | must be greater than 0",
            "health: {method: tcp, target: 'a:1', timeout: -5} | health.timeout | '-5' is not a duration",
            "health: {method: tcp, target: 'a:1', interval: [1]} | health.interval | must be a duration",
            "data: secret                         | data                   | must be a mapping of keys",
            "data: {sensitivity: secret}          | data.sensitivity       | 'secret' is not one of low, medium, high",
            "data: {stores: [[a]]}                | data.stores[0]         | must be text",
            "mods: {a: b}                         | mods                   | must be a list, but is a mapping",
            "mods: [a]                            | mods[0]                | must be a mapping of keys, but is 'a'",
            "mods: [{state: gone}]                | mods[0].state          | 'gone' is not one of available, attached",
            "mods: [{attaches_to: {a: b}}]        | mods[0].attaches_to    | must be a list of texts",
            "mods: [{capabilities: {provides: [x]}}] | mods[0].capabilities.provides[0] | 'x' is not dot-separated",
            "display: big                         | display                | must be a mapping of keys",
            "display: {critical: maybe}           | display.critical       | must be true or false, but is 'maybe'",
            "infra: [a]                           | infra                  | must be a mapping of keys"})
    void whatIsPoorIsAWarning(String line, String field, String message) {
        Manifest manifest = Manifest.of(with((Mapping) Yaml.read(GOOD), (Mapping) Yaml.read(line)));
        List<Problem> warnings = manifest.warnings();
        assertEquals(List.of(field), warnings.stream().map(Problem::field).toList(), warnings::toString);
        assertTrue(warnings.getFirst().message().contains(message), warnings::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"version:", "aliases: ", "run: ", "endpoints: ", "endpoints: []", "health: ", "data: ",
            "mods: ~", "display: {critical: }", "run: {args: , env: , depends_on: }", "aliases: postman", "owner: 7",
            "description: on port 7100\nendpoints: [{port: 7100}]", "endpoints: [{port: '7100'}]",
            "description: one port 5 of many and version 8080", "description: supports 443 transports 8080",
            "capabilities: {provides: [llm.code_generation, a-b.c, größe.messen]}",
            "capabilities: {provides: [a.b], negative_examples: [a, {query: q, handoff: h}], whatever: [[1]]}",
            "health: {method: http, target: 'HTTPS://[::1]:8443/health?x=1', interval: 30s, timeout: 2}",
            "health: {method: http, target: 'http://my_mail'}", "health: {method: tcp, target: '[::1]:7100'}",
            "health: {method: tcp, target: 'tcp://mail.local:7100'}",
            "zebra: {endpoints: 5}", "state: running", "data: {stores: [~/x.db, {kind: sqlite, path: ~/y.db}]}",
            "model: glm", "secret: keychain://x", "logs: [a]", "metrics: {a: b}",
            "run: {command: [a, b], exec: [a]}", "endpoints: [{protocol: carrier-pigeon, path: /a, note: x}]"})
    void whatIsAbsentUnknownOrSimplyDifferentIsNoWarning(String yaml) {
        Manifest manifest = Manifest.of(with((Mapping) Yaml.read(GOOD), (Mapping) Yaml.read(yaml)));
        assertEquals(List.of(), manifest.warnings());
    }

    @Test
    void whatIsTooLongForASentenceIsCut() {
        var e = assertThrows(InvalidDocumentException.class,
                () -> manifest(GOOD.replace("0.1", "9".repeat(50_000))));
        assertTrue(String.valueOf(e.getMessage()).length() < 300, e::getMessage);
        String many = "capabilities: {provides: [" + "1,".repeat(5000) + "1]}";
        var all = assertThrows(InvalidDocumentException.class,
                () -> Manifest.of(with((Mapping) Yaml.read(GOOD), (Mapping) Yaml.read(many))));
        assertEquals(5001, all.problems().size());
        assertTrue(String.valueOf(all.getMessage()).endsWith("; and 4981 more"), all::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"service", "tool", "mcp-server", "ai-model"})
    void theKnownKindsAreNoWarning(String kind) {
        assertEquals(List.of(), manifest(GOOD.replace("kind: service", "kind: " + kind)).warnings());
    }

    @Test
    void aManifestMayHave256KibibytesAndNotOneMore() {
        String padding = "#".repeat(Limits.MANIFEST_BYTES - GOOD.length());
        assertEquals("mail", manifest(GOOD + padding).name());
        var e = assertThrows(MalformedDocumentException.class, () -> manifest(GOOD + padding + "#"));
        assertEquals("the manifest has 262145 bytes; at most 262144 are allowed", e.getMessage());
    }

    @Test
    void twoManifestsAreEqualWhenTheySayTheSame() {
        assertEquals(manifest(GOOD), manifest("# comment\n" + GOOD));
        assertNotEquals(manifest(GOOD), manifest(GOOD + "version: 1"));
    }

    private static Manifest manifest(String yaml) {
        return Manifest.read(yaml.getBytes(UTF_8));
    }

    private static Mapping with(Mapping mapping, Mapping changes) {
        Mapping changed = mapping;
        for (var change : changes.fields().entrySet()) {
            Document value = change.getValue();
            changed = changed.with(change.getKey(), value);
        }
        return changed;
    }

    @Test
    void aPortWithAnExponentOutOfRangeOrVeryManyDigitsIsNoPort() {
        for (String port : List.of("1e99999999999", "1e-99999999999", "7".repeat(200_000))) {
            Mapping document = Mapping.builder().put("asmp", "0.1").put("kind", "service").put("name", "mail")
                    .put("capabilities", Mapping.builder().put("provides", Sequence.ofTexts(List.of("a.b"))).build())
                    .put("endpoints", new Sequence(List.of(Mapping.builder()
                            .put("port", new Scalar(Scalar.Kind.NUMBER, port)).build())))
                    .build();
            assertTimeout(Duration.ofSeconds(1), () -> assertThrows(InvalidDocumentException.class,
                    () -> Manifest.of(document)));
        }
    }

    @Test
    void ofVeryManyProblemsTenThousandAreGathered() {
        Sequence many = new Sequence(Collections.nCopies(100_000, Scalar.NULL));
        Mapping document = Mapping.builder().put("capabilities", Mapping.builder().put("provides", many).build())
                .build();
        InvalidDocumentException refused = assertThrows(InvalidDocumentException.class, () -> Manifest.of(document));
        assertEquals(10_000, refused.problems().size());
    }

    @Test
    void aMisspeltKeyIsNamedWithoutItsControlCharacters() {
        Mapping document = (Mapping) Yaml.read("{asmp: '0.1', kind: tool, name: a, \"descript\\eion\": b,"
                + " capabilities: {provides: [a.b]}}");
        Manifest manifest = Manifest.of(document);
        List<Problem> all = Stream.concat(manifest.warnings().stream(), manifest.typos().stream()).toList();
        assertTrue(all.stream().anyMatch(problem -> problem.toString().contains("descript\\u001Bion")), all::toString);
        assertTrue(all.stream().noneMatch(problem -> problem.toString().contains("\u001b")), all::toString);
    }
}
