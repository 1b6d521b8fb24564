package dev.asmp.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Yaml;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a profile's policy and fleet say, and how their errors are named. */
class PolicyTest {
    @TempDir
    private Path folder;

    private HostProfile profile(String yaml) {
        return HostProfile.of(Yaml.read("host_id: box\ndevice_class: vm\n" + yaml),
                new Environment(Map.of("HOME", folder.toString()), FileSystems.getDefault()));
    }

    @Test
    void aPinIsOfTheFileThatAScanFinds() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real")).toRealPath();
        Files.createSymbolicLink(folder.resolve("link"), real);
        Policy policy = profile("policy: {pin: {mail: ~/link/asmp.yaml, fax: ~/absent/asmp.yaml, root: /}}\n").policy();
        assertTrue(policy.isPinned("mail", real + "/asmp.yaml"));
        assertFalse(policy.isPinned("mail", folder + "/link/asmp.yaml"));
        assertFalse(policy.isPinned("mail", null));
        assertFalse(policy.isPinned("post", real + "/asmp.yaml"));
        assertTrue(policy.isPinned("fax", folder + "/absent/asmp.yaml"));
        assertTrue(policy.isPinned("root", "/"));
    }

    @Test
    void aTakeoverIsAllowedUnlessItIsRefused() {
        assertFalse(profile("").policy().refusesTakeover());
        assertFalse(profile("policy: {takeover: allow}\n").policy().refusesTakeover());
        assertTrue(profile("policy: {takeover: refuse}\n").policy().refusesTakeover());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            policy: {takeover: never} | policy.takeover: must be allow or refuse, but is 'never'
            policy: {pin: [mail]}     | policy.pin: must be a mapping of names to files, such as {mail: ~/src/mail/asmp.yaml}
            fleet: {listen: nowhere}  | fleet.listen: 'nowhere' is not an address such as 0.0.0.0:3000 or [::]:3000
            fleet: {listen: 'a:65536'} | fleet.listen: 'a:65536' is not an address such as 0.0.0.0:3000 or [::]:3000
            fleet: {max_vms: many}    | fleet.max_vms: 'many' is not a whole number
            fleet: {tls: {cert: /a}}  | fleet.tls: needs both cert and key, two PEM files
            fleet: {tls: {key: /a}}   | fleet.tls: needs both cert and key, two PEM files
            """)
    void anErrorIsNamed(String yaml, String message) {
        InvalidDocumentException refused = assertThrows(InvalidDocumentException.class, () -> profile(yaml + "\n"));
        assertEquals(message, refused.problems().getFirst().field() + ": " + refused.problems().getFirst().message());
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0:3000, 0.0.0.0, 3000, false, 0.0.0.0:3000", "'[::1]:65535', ::1, 65535, true, '[::1]:65535'",
            "localhost:0, localhost, 0, true, localhost:0"})
    void anAddressToListenOnIsShownAsInAUrl(String written, String host, int port, boolean loopback, String shown) {
        FleetSettings.Socket socket = profile("fleet: {listen: '" + written + "'}\n").fleet().listen();
        assertEquals(new FleetSettings.Socket(host, port), socket);
        assertEquals(loopback, new FleetSettings.Socket(host, port).isLoopback());
        assertEquals(shown, new FleetSettings.Socket(host, port).shown());
    }

    @Test
    void aFleetHasItsFilesAndLimits() {
        FleetSettings fleet = profile("fleet: {tls: {cert: ~/c.pem, key: /k.pem}, token_file: ~/t, max_vms: 7,"
                + " idle_ttl: 2h, self: true, allow_without_token: true}\n").fleet();
        assertEquals(new FleetSettings.Tls(folder.resolve("c.pem"), Path.of("/k.pem")), fleet.tls());
        assertEquals(folder.resolve("t"), fleet.tokenFile());
        assertEquals(7, fleet.mostVms());
        assertEquals(Duration.ofHours(2), fleet.idleTtl());
        assertTrue(fleet.self() && fleet.allowWithoutToken());
        assertEquals(20, profile("").fleet().mostVms());
    }

    @Test
    void thePortIsOpenUnlessTheProfileSaysOtherwise() {
        assertEquals(PortAccess.OPEN, profile("").portAccess());
        assertEquals(PortAccess.READ, profile("registry: {tcp: read}\n").portAccess());
        assertThrows(InvalidDocumentException.class, () -> profile("registry: {tcp: shut}\n"));
    }

    @Test
    void wordsOfVmsAreReadAsTheyAreWritten() {
        for (VmRole role : VmRole.values()) {
            assertEquals(role, VmRole.of(role.word()));
        }
        for (VmStatus status : VmStatus.values()) {
            assertEquals(status, VmStatus.of(status.word()));
        }
        assertEquals(null, VmRole.of("Worker"));
        assertEquals(null, VmStatus.of(null));
    }

    @Test
    void theUsualPlacesAreLookedForAgainUnlessTheOwnerChoseSome() throws IOException {
        Environment environment = new Environment(Map.of("HOME", folder.toString()), FileSystems.getDefault());
        HostProfile usual = profile("models: {secrets: [KEY]}\n");
        assertEquals(usual, usual.withUsualPlaces(environment));
        Files.createDirectory(folder.resolve("repos"));
        HostProfile chosen = profile("discovery: {scan_paths: [~/x]}\n");
        assertEquals(chosen, chosen.withUsualPlaces(environment));
        HostProfile now = usual.withUsualPlaces(environment);
        assertEquals("~/repos", now.scanPathsShown());
        assertEquals(List.of("~/repos"), now.document().mapping("discovery").texts("scan_paths"));
        assertEquals(List.of("KEY"), now.modelSecrets());
        assertEquals(now, now.withUsualPlaces(environment));
    }

    @Test
    void aProfileThatIsNoFileIsNotOpened() throws IOException {
        Path state = Files.createDirectory(folder.resolve("state"));
        Environment environment = new Environment(
                Map.of("HOME", folder.toString(), Environment.PROFILE, state.toString()), FileSystems.getDefault());
        IOException refused = assertThrows(IOException.class, () -> HostProfile.load(environment));
        assertEquals(state + ": is a folder", refused.getMessage());
    }
}
