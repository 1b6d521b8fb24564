package dev.asmp.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Yaml;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the owner says about the host, and what holds where the owner said nothing. */
class HostProfileTest {
    private static final String REQUIRED = "host_id: box\ndevice_class: server\n";

    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Environment environment = new Environment(
            Map.of("HOME", "/home/ada", "REPOS", "/data/repos", "EMPTY", ""), files);

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    @Test
    void whatIsNotSaidHasADefault() {
        HostProfile profile = profile(REQUIRED);
        assertEquals("box", profile.hostId());
        assertEquals("http://127.0.0.1:7700", profile.api().url());
        assertEquals(files.getPath("/home/ada/.asmp/services"), profile.servicesFolder());
        assertEquals(Duration.ofMinutes(5), profile.discovery().interval());
        assertEquals(Duration.ofMinutes(15), profile.discovery().staleAfter());
        assertEquals(4, profile.discovery().maxDepth());
        assertEquals(Policy.OPEN, profile.policy());
    }

    @Test
    void withoutAFileThereAreDefaults() throws IOException {
        HostProfile profile = HostProfile.load(environment);
        assertEquals(environment.hostName(), profile.hostId());
        assertEquals("0.1", profile.document().text("asmp"));
        assertEquals("host", profile.document().text("kind"));
        assertEquals(List.of(), profile.discovery().scanPaths());
        assertNull(profile.scanPathsShown());
    }

    @Test
    void everythingSaidIsTaken() {
        HostProfile profile = profile(REQUIRED + """
                asmp: "0.1"
                kind: host
                registry: {path: ~/index/, api: "http://localhost:7777"}
                discovery: {scan_paths: [~/a, $REPOS/b, "${REPOS}x"], interval: 30s, stale_after: 15m, max_depth: 2,
                  ignore: [build, out], watch: false}
                policy: {agent_can_register: false, requires_approval: true, max_services: 7,
                  allowed_ports: "7000-9999", data_sensitivity_default: high, unique_ports: true, takeover: refuse,
                  pin: {mail: $REPOS/mail/asmp.yaml}}
                """);
        assertEquals(new ApiAddress("localhost", 7777), profile.api());
        assertEquals(files.getPath("/home/ada/index"), profile.servicesFolder());
        assertEquals(
                List.of(files.getPath("/home/ada/a"), files.getPath("/data/repos/b"), files.getPath("/data/reposx")),
                profile.discovery().scanPaths().stream().map(ScanPath::path).toList());
        assertEquals("~/a, $REPOS/b, ${REPOS}x", profile.scanPathsShown());
        assertEquals(Duration.ofSeconds(30), profile.discovery().interval());
        assertEquals(Duration.ofMinutes(15), profile.discovery().staleAfter());
        assertEquals(2, profile.discovery().maxDepth());
        assertEquals(Set.of("build", "out"), profile.discovery().ignore());
        assertFalse(profile.discovery().watch());
        assertEquals(new Policy(false, true, 7, new PortRanges(List.of(new PortRanges.Range(7000, 9999))), true,
                true, "high", Map.of("mail", files.getPath("/data/repos/mail/asmp.yaml"))),
                profile.policy());
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry:", "discovery:", "policy:", "registry: ~", "registry: {api: , path: ~}",
            "discovery: {scan_paths: , interval: ~, stale_after: , max_depth: null, ignore: , watch: }",
            "policy: {agent_can_register: , requires_approval: ~, max_services: , allowed_ports: }", "asmp:",
            "kind: ~"})
    void aKeyWithNothingBehindItCountsAsAbsent(String yaml) throws IOException {
        Files.createDirectories(files.getPath("/home/ada/src"));
        HostProfile expected = profile(REQUIRED);
        HostProfile profile = profile(REQUIRED + yaml);
        assertEquals(expected.api(), profile.api());
        assertEquals(expected.servicesFolder(), profile.servicesFolder());
        assertEquals(expected.discovery(), profile.discovery());
        assertEquals(expected.policy(), profile.policy());
    }

    @ParameterizedTest(name = "{0} is a problem with {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "asmp: '0.2'                            | asmp                     | version '0.2' is not supported",
            "kind: service                          | kind                     | must be host",
            "asmp: ['0.1']                          | asmp                     | must be text, but is a list",
            "kind: {a: b}                           | kind                     | must be text, but is a mapping",
            "host_id: [box]                         | host_id                  | must be text, but is a list",
            "device_class: [vm]                     | device_class             | must be text, but is a list",
            "device_class: ''                       | device_class             | is required: personal_computer",
            "host_id:                               | host_id                  | is required",
            "host_id: ' '                           | host_id                  | is required",
            "device_class: ~                        | device_class             | is required",
            "registry: [a]                          | registry                 | must be a mapping of keys, but is a list",
            "discovery: often                       | discovery                | must be a mapping of keys, but is text",
            "policy: 5                              | policy                   | must be a mapping of keys",
            "registry: {api: 'http://0.0.0.0:7700'} | registry.api             | is not a loopback address",
            "registry: {api: 'http://10.0.0.5:1'}   | registry.api             | is not a loopback address",
            "registry: {api: 'http://[::]:7700'}    | registry.api             | is not a loopback address",
            "registry: {api: 'http://box.lan:7700'} | registry.api             | is not a loopback address",
            "registry: {api: 'http://127.0.0.1.evil.com'} | registry.api       | is not a loopback address",
            "registry: {api: 'https://127.0.0.1'}   | registry.api             | is not an address",
            "registry: {api: 'http://u@127.0.0.1'}  | registry.api             | is not an address",
            "registry: {api: 'http://127.0.0.1/x'}  | registry.api             | is not an address",
            "registry: {api: 'http://127.0.0.1:99999'} | registry.api          | is not an address",
            "registry: {api: '127.0.0.1:7700'}      | registry.api             | is not an address",
            "registry: {api: ''}                    | registry.api             | is not an address",
            "registry: {api: [a]}                   | registry.api             | must be text, but is a list",
            "registry: {path: relative}             | registry.path            | must be an absolute path",
            "registry: {path: $NONE/x}              | registry.path            | $NONE is not defined",
            "discovery: {interval: soon}            | discovery.interval       | 'soon' is not a duration",
            "discovery: {interval: 0}               | discovery.interval       | greater than 0",
            "discovery: {stale_after: -5}           | discovery.stale_after    | is not a duration",
            "discovery: {stale_after: [1]}          | discovery.stale_after    | must be a duration",
            "discovery: {max_depth: 33}             | discovery.max_depth      | from 0 to 32, but is '33'",
            "discovery: {max_depth: deep}           | discovery.max_depth      | but is 'deep'",
            "discovery: {watch: often}              | discovery.watch          | must be true or false, but is 'often'",
            "discovery: {scan_paths: {a: b}}        | discovery.scan_paths     | must be a list of texts",
            "discovery: {scan_paths: [/a, {a: b}]}  | discovery.scan_paths[1]  | must be text",
            "discovery: {scan_paths: [~, /a]}       | discovery.scan_paths[0]  | must be text",
            "discovery: {ignore: [[a]]}             | discovery.ignore[0]      | must be text",
            "health: 5                              | health                   | must be a mapping of keys",
            "health: {allow_remote: maybe}          | health.allow_remote      | must be true or false, but is 'maybe'",
            "policy: {agent_can_register: maybe}    | policy.agent_can_register | must be true or false, but is 'maybe'",
            "policy: {requires_approval: yes}       | policy.requires_approval | must be true or false, but is 'yes'",
            "policy: {max_services: many}           | policy.max_services      | from 0 to 100000",
            "policy: {allowed_ports: 9-7}           | policy.allowed_ports     | '9-7' is not",
            "policy: {allowed_ports: {a: b}}        | policy.allowed_ports     | must be"})
    void aBadFieldIsNamed(String yaml, String field, String message) {
        Mapping required = (Mapping) Yaml.read(REQUIRED);
        Mapping said = Mapping.builder().putAll(required).putAll((Mapping) Yaml.read(yaml)).build();
        List<Problem> problems = assertThrows(InvalidDocumentException.class, () -> HostProfile.of(said, environment))
                .problems();
        assertEquals(List.of(field), problems.stream().map(Problem::field).toList(), problems::toString);
        assertTrue(problems.get(0).message().contains(message), problems::toString);
    }

    @Test
    void allProblemsAreToldAtOnce() {
        var e = assertThrows(InvalidDocumentException.class,
                () -> profile("registry: {api: x, path: y}\ndiscovery: {interval: z}\npolicy: {max_services: -1}\n"));
        assertEquals(List.of("device_class", "host_id", "registry.api", "registry.path", "discovery.interval",
                "policy.max_services"), e.problems().stream().map(Problem::field).toList());
        assertThrows(InvalidDocumentException.class, () -> profile("[a]"));
    }

    @Test
    void aScanPathThatLeadsNowhereIsKeptWithItsProblem() {
        List<ScanPath> paths = profile(REQUIRED + "discovery: {scan_paths: [$NONE/a, $EMPTY/b, c, ~/d]}").discovery()
                .scanPaths();
        assertEquals(List.of("$NONE is not defined", "$EMPTY is not defined",
                "must be an absolute path, or begin with ~ or $VAR"),
                paths.stream().limit(3).map(path -> String.valueOf(path.problem())).toList());
        assertNull(paths.get(0).path());
        assertEquals(files.getPath("/home/ada/d"), paths.get(3).path());
    }

    @ParameterizedTest(name = "{0} is worth a warning about {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "device_class: toaster                | device_class | 'toaster' is not one of personal_computer, server,",
            "os: Debian                           | os                      | must be a mapping of keys",
            "capabilities: {a: b}                 | capabilities            | must be a list of texts",
            "discovery: {scan_paths: [/nowhere]}  | discovery.scan_paths[0] | '/nowhere' does not exist",
            "discovery: {scan_paths: [~/there, ~/file]} | discovery.scan_paths[1] | '~/file' is not a folder",
            "discovery: {scan_paths: [$NONE/a]}   | discovery.scan_paths[0] | $NONE is not defined",
            "discovery: {scan_paths: [a]}         | discovery.scan_paths[0] | must be an absolute path",
            "discovery: {scan_paths: /nowhere}    | discovery.scan_paths    | '/nowhere' does not exist",
            "policy: {data_sensitivity_default: x} | policy.data_sensitivity_default | 'x' is not one of low, medium",
            "observability: {logs: [a]}           | observability.logs      | must be text",
            "federation: {peers: {a: b}}          | federation.peers        | must be a list",
            "federation: {peers: [mini]}          | federation.peers[0]     | must be a mapping of keys",
            "federation: {host_aliases: [a]}      | federation.host_aliases | must be a mapping of keys"})
    void whatIsPoorIsAWarning(String yaml, String field, String message) throws IOException {
        Files.createDirectories(files.getPath("/home/ada/there"));
        Files.createFile(files.getPath("/home/ada/file"));
        Mapping required = (Mapping) Yaml.read(REQUIRED);
        Mapping said = Mapping.builder().putAll(required).putAll((Mapping) Yaml.read(yaml)).build();
        List<Problem> warnings = HostProfile.of(said, environment).warnings(environment);
        assertEquals(List.of(field), warnings.stream().map(Problem::field).toList(), warnings::toString);
        assertTrue(warnings.getFirst().message().contains(message), warnings::toString);
    }

    @Test
    void aProfileThatSaysNothingPoorIsNotWarnedOf() throws IOException {
        Files.createDirectories(files.getPath("/home/ada/src"));
        assertEquals(List.of(), profile(REQUIRED + "gpu: {count: 2}\nfederation:\n").warnings(environment));
        assertEquals(List.of(), HostProfile.load(environment).warnings(environment));
    }

    @Test
    void theUsualPlacesAreThoseThatExist() throws IOException {
        for (String place : List.of("repos", "repos-work", "src", "dev", "documents")) {
            Files.createDirectories(files.getPath("/home/ada", place));
        }
        Files.createFile(files.getPath("/home/ada/code"));
        HostProfile profile = profile(REQUIRED);
        assertEquals("~/repos, ~/repos-work, ~/src, ~/dev", profile.scanPathsShown());
        assertEquals(files.getPath("/home/ada/repos"), profile.discovery().scanPaths().get(0).path());
        assertEquals(List.of(), profile(REQUIRED + "discovery: {scan_paths: []}").discovery().scanPaths());
    }

    @Test
    void whatIsShownIsWhatWasWrittenWithTheDefaultsFilledIn() {
        Mapping shown = profile("gpu: {count: 2}\n" + REQUIRED + "discovery: {interval: 90, mood: good}\n").document();
        assertEquals(List.of("gpu", "host_id", "device_class", "discovery", "registry"),
                List.copyOf(shown.fields().keySet()));
        assertEquals("2", shown.mapping("gpu").text("count"));
        assertEquals("90", shown.mapping("discovery").text("interval"));
        assertEquals("good", shown.mapping("discovery").text("mood"));
        assertEquals("900", shown.mapping("discovery").text("stale_after"));
        assertEquals(Scalar.bool(true), shown.mapping("discovery").get("watch"));
        assertEquals(new Sequence(List.of()), shown.mapping("discovery").get("scan_paths"));
        assertEquals("http://127.0.0.1:7700", shown.mapping("registry").text("api"));
    }

    @Test
    void aReloadKeepsTheAddressAndTheFolder() {
        HostProfile running = profile(REQUIRED);
        HostProfile edited = profile(REQUIRED
                + "registry: {api: 'http://127.0.0.1:9', path: /elsewhere}\ndiscovery: {interval: 1h}\n");
        HostProfile kept = edited.keepingRegistryOf(running);
        assertEquals(running.api(), kept.api());
        assertEquals(running.servicesFolder(), kept.servicesFolder());
        assertEquals(Duration.ofHours(1), kept.discovery().interval());
        assertEquals(running.document().get("registry"), kept.document().get("registry"));
    }

    @Test
    void thePersonalProfileComesBeforeTheSystemWideOne() throws IOException {
        assertNull(environment.hostProfile());
        write("/etc/asmp/host.yaml", "host_id: system\ndevice_class: vm\n");
        assertEquals("system", HostProfile.load(environment).hostId());
        write("/home/ada/.asmp/host.yaml", "host_id: personal\ndevice_class: vm\n");
        assertEquals("personal", HostProfile.load(environment).hostId());
        assertNotNull(environment.hostProfile());
    }

    @Test
    void theStateFolderIsTheEnvironmentsChoice() {
        assertEquals(files.getPath("/home/ada/.asmp"), environment.stateFolder());
        assertEquals(files.getPath("/state"),
                new Environment(Map.of("HOME", "/home/ada", "ASMP_HOME", "/x/../state"), files).stateFolder());
        assertEquals(files.getPath("/home/ada/.asmp"),
                new Environment(Map.of("HOME", "/home/ada", "ASMP_HOME", ""), files).stateFolder());
    }

    @ParameterizedTest(name = "{0} leads to {1}")
    @CsvSource({"~,/home/ada", "~/x,/home/ada/x", "$HOME/x,/home/ada/x", "${HOME}/x,/home/ada/x", "/a/~/b,/a/~/b",
            "/a/../b,/b", "/a$REPOS,/a/data/repos", "/price$5,/price$5"})
    void aPathIsExpanded(String written, String expanded) {
        assertEquals(files.getPath(expanded), environment.expand(written));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "./a", "~ada/x", "$NONE", "${NONE}", "$EMPTY/x"})
    void aPathThatLeadsNowhereIsRefused(String written) {
        assertThrows(IllegalArgumentException.class, () -> environment.expand(written));
    }

    @Test
    void aPathThatIsNoneIsQuotedWithoutItsControlCharacters() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> environment.expand("/a\0b"));
        assertEquals("'/a\\u0000b' is not a path", e.getMessage());
    }

    private HostProfile profile(String yaml) {
        return HostProfile.of(Yaml.read(yaml), environment);
    }

    private void write(String path, String text) throws IOException {
        Path file = files.getPath(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void aStartMayTakeAnotherPortThanTheProfileSays() {
        Environment other = new Environment(Map.of("HOME", "/nowhere"), FileSystems.getDefault())
                .with(Environment.PORT, "7701");
        assertEquals(new ApiAddress("127.0.0.1", 7701), HostProfile.defaults(other).api());
        assertThrows(InvalidDocumentException.class, () -> HostProfile.defaults(other.with(Environment.PORT, "70000")));
    }

    @Test
    void aProfileThatIsNamedCountsWhateverTheStateFolderHolds() throws IOException {
        write("/home/ada/.asmp/host.yaml", "host_id: personal\ndevice_class: vm\n");
        Environment named = environment.with("ASMP_PROFILE", "/etc/asmp/host.yaml");
        assertThrows(IOException.class, () -> HostProfile.load(named));
        write("/etc/asmp/host.yaml", "host_id: system\ndevice_class: vm\n");
        assertEquals("system", HostProfile.load(named).hostId());
        assertEquals("personal", HostProfile.load(environment).hostId());
    }
}
