package dev.asmp.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Until;
import dev.asmp.client.PeerClient;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.FederationSettings;
import dev.asmp.manifest.HostProfile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A peer by ssh: what ssh is told to do, and what is said when it fails. */
class SshTunnelTest {
    @TempDir
    private Path folder;

    private Environment environment() {
        return new Environment(Map.of("HOME", folder.toString(), "PATH", folder.toString()),
                FileSystems.getDefault());
    }

    /** A program in the place of ssh. */
    private void ssh(String script) throws IOException {
        Path file = Files.writeString(folder.resolve("ssh"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private FederationSettings settings(String peer) {
        return HostProfile.of(Yaml.read("{host_id: box, device_class: vm, federation: {peers: [" + peer + "]}}"),
                environment()).federation();
    }

    @Test
    void theTargetStandsBehindTheOptionsAndNothingIsAsked() {
        List<String> command = SshTunnel.command("/bin/ssh", "ada@mini", 7710, Path.of("/tmp/x/s"));
        assertEquals(List.of("-L", "/tmp/x/s:127.0.0.1:7710", "--", "ada@mini"),
                command.subList(command.size() - 4, command.size()));
        assertTrue(command.containsAll(List.of("BatchMode=yes", "ExitOnForwardFailure=yes", "-N")), command::toString);
        assertTrue(command.stream().noneMatch(word -> word.contains("StrictHostKeyChecking")), "the user's setting");
    }

    @Test
    void aTargetThatLooksLikeAnOptionAndConduitAreNamedProblems() {
        for (String target : List.of("-oProxyCommand=x", "a b", "$(x)", "")) {
            assertTrue(String.valueOf(settings("{host: mini, ssh: '" + target + "'}").peers().getFirst().problem())
                    .contains("ssh"), target);
        }
        assertTrue(String.valueOf(settings("{host: mini, conduit: m1}").peers().getFirst().problem())
                .contains("conduit is not supported"));
        assertNull(settings("{host: mini, ssh: ada@mini}").peers().getFirst().problem());
        assertEquals("mini", settings("{host: mini, ssh: ada@mini}").peers().getFirst().address());
    }

    @Test
    void whatSshSaysIsPartOfTheError() throws IOException {
        ssh("echo 'Warning: something' >&2\necho 'Host key verification failed.' >&2\nexit 255\n");
        SshTunnel tunnel = new SshTunnel("mini", "ada@mini", 7710, 1_000, environment());
        IOException failure = assertThrows(IOException.class, tunnel::open);
        assertEquals("by ssh: ssh ended with status 255 (Host key verification failed.)",
                tunnel.explained(String.valueOf(failure.getMessage())));
        tunnel.close();
    }

    @Test
    void withoutSshThatIsSaid() {
        SshTunnel tunnel = new SshTunnel("mini", "ada@mini", 7710, 1_000, environment());
        assertTrue(String.valueOf(assertThrows(IOException.class, tunnel::open).getMessage()).contains("no ssh"));
        tunnel.close();
    }

    @Test
    void throughTheTunnelThePeerIsAskedAndItsEndIsRemoved() throws Exception {
        Path relay = Files.writeString(folder.resolve("Relay.java"), RELAY);
        try (LyingPeer peer = new LyingPeer()) {
            String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
            ssh("while [ \"$1\" != -L ]; do shift; done\nexec " + java + " -XX:TieredStopAtLevel=1 -Xshare:auto "
                    + relay
                    + " \"${2%%:*}\" " + peer.url().getPort() + "\n");
            SshTunnel tunnel = new SshTunnel("mini", "ada@mini", 7710, 1_000_000, environment());
            PeerClient client = tunnel.open();
            assertTrue(new String(client.get("/federation/host", Map.of(), Duration.ofSeconds(5), _ -> {}).body(),
                    StandardCharsets.UTF_8).contains("mac-mini"));
            assertTrue(peer.asked.getFirst().contains("Host: localhost\r\n"), peer.asked::toString);
            assertEquals(client, tunnel.open(), "one tunnel for all requests");
            Path note = folder.resolve(".asmp/peers/mini.ssh");
            String[] words = Files.readString(note).split(" ", 3);
            SshTunnel next = new SshTunnel("mini", "ada@mini", 7710, 1_000_000, environment());
            next.open();
            Until.holds(() -> ProcessHandle.of(Long.parseLong(words[0])).isEmpty(), () -> "the former one lives");
            assertFalse(Files.exists(Path.of(words[2])), "the tunnel of a daemon that was killed is ended");
            next.close();
            tunnel.close();
        }
        assertFalse(Files.exists(folder.resolve(".asmp/peers/mini.ssh")));
    }

    private static final String RELAY = """
            import java.net.*; import java.nio.channels.*;
            class Relay {
                public static void main(String[] a) throws Exception {
                    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                    server.bind(UnixDomainSocketAddress.of(a[0]));
                    while (true) {
                        var from = server.accept();
                        var to = new Socket("127.0.0.1", Integer.parseInt(a[1]));
                        Thread.ofVirtual().start(() -> { try { Channels.newInputStream(from).transferTo(to.getOutputStream()); } catch (Exception e) {} });
                        Thread.ofVirtual().start(() -> { try { to.getInputStream().transferTo(Channels.newOutputStream(from)); from.close(); } catch (Exception e) {} });
                    }
                }
            }
            """;
}
