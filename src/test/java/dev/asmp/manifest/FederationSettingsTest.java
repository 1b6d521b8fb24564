package dev.asmp.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Yaml;
import java.nio.file.FileSystems;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings for other hosts: what restricts is refused where it is wrong, a wrong peer is left out and named. */
class FederationSettingsTest {
    private static final Environment ENVIRONMENT = new Environment(Map.of("HOME", "/home/ada"),
            FileSystems.getDefault());

    private static FederationSettings settings(String federation) {
        return HostProfile.of(Yaml.read("{host_id: box, device_class: vm, federation: {" + federation + "}}"),
                ENVIRONMENT).federation();
    }

    @Test
    void withoutSettingsNobodyIsAskedAndNobodyAnswered() {
        FederationSettings none = settings("");
        assertFalse(none.isUsed());
        assertEquals(FederationSettings.Share.LAN, none.share());
        assertEquals(List.of(Duration.ofMinutes(1), Duration.ofMinutes(3), Duration.ofDays(7)),
                List.of(none.interval(), none.staleAfter(), none.forgetAfter()));
    }

    @Test
    void aPeerHasAnAddressOrIsReachedBySsh() {
        FederationSettings used = settings("interval: 200ms, forget_after: 30d, host_aliases: {mini-1: mini}, peers:"
                + " [{host: mini-1, url: 'https://mini.lan:7710/', token_file: ~/t, ca_file: /c}, {host: b, ssh: u@b.lan}]");
        assertEquals(List.of(), used.problems());
        FederationSettings.Peer mini = used.peers().getFirst();
        assertEquals("mini https://mini.lan:7710 mini.lan /home/ada/t /c", mini.host() + " " + mini.shown() + " "
                + mini.address() + " " + mini.tokenFile() + " " + mini.caFile());
        assertEquals("ssh u@b.lan 7710 b.lan", used.peers().get(1).shown() + " " + used.peers().get(1).address());
        assertEquals(Duration.ofSeconds(1), used.interval(), "at least");
        assertEquals(Duration.ofDays(30), used.forgetAfter());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{url: 'http://a:1'} | must be the host_id of the other host",
            "{host: ../a, url: 'http://a:1'} | must be the host_id",
            "{host: a@b, url: 'http://a:1'} | must be the host_id",
            "{host: box, url: 'http://a:1'} | is this host", "{host: BOX, url: 'http://a:1'} | is this host",
            "{host: other, url: 'http://a:1'} | is this host", "{host: good, url: 'http://b:1'} | another peer, too"})
    void aPeerWithoutAUsableNameIsLeftOut(String peer, String problem) {
        FederationSettings used = settings(
                "host_aliases: {other: box}, peers: [{host: good, url: 'http://g:1'}, " + peer
                        + "]");
        assertEquals(1, used.peers().size());
        assertTrue(used.problems().getFirst().toString().startsWith("federation.peers[1].host: "), used::toString);
        assertTrue(used.problems().getFirst().message().contains(problem), used::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{host: a} | needs a url", "{host: a, conduit: m} | conduit is not supported",
            "{host: a, url: 'ftp://a'} | must be an address",
            "{host: a, url: 'http://u:secret@a:1'} | must be an address",
            "{host: a, url: 'http://a:1', ssh: a} | either url or ssh", "{host: a, ssh: -oX} | must be a target",
            "{host: a, ssh: a, port: 70000} | port", "{host: a, url: 'http://a:1', token_file: x} | token_file"})
    void aPeerThatCannotBeAskedIsNamedWithTheReason(String peer, String problem) {
        FederationSettings used = settings("peers: [" + peer + "]");
        String said = String.valueOf(used.peers().getFirst().problem());
        assertTrue(said.contains(problem), said);
        assertFalse(said.contains("secret"), said);
        assertEquals("federation.peers[0]", used.problems().getFirst().field());
    }

    @ParameterizedTest
    @ValueSource(strings = {"share: everything", "listen: nonsense", "allow_plain: maybe", "tls: {cert: /c}",
            "interval: soon", "stale_after: 0", "token_file: relative"})
    void whatRestrictsIsRefusedWhereItIsWrong(String federation) {
        assertThrows(InvalidDocumentException.class, () -> settings(federation));
    }

    @Test
    void anAliasOfThisHostIsNamedAndNotUsed() {
        FederationSettings used = settings("host_aliases: {box: other, old: box, x: [1]}");
        assertEquals("box box", used.canonical("box") + " " + used.canonical("old"));
        assertEquals(2, used.problems().size());
    }

    @Test
    void thereIsALimitOfPeers() {
        FederationSettings many = settings("peers: [" + IntStream.range(0, 70)
                .mapToObj(i -> "{host: h" + i + ", url: 'http://h:1'}").collect(Collectors.joining(",")) + "]");
        assertEquals(64, many.peers().size());
        assertEquals(6, many.problems().size());
        assertNull(many.peers().getFirst().problem());
    }
}
