package dev.asmp.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Registries;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.daemon.StartFailure;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.EtcdSettings;
import dev.asmp.vm.VmRegistration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates, passwords and roles that etcd does not take, each named at the start. The files under {@code etcd/} are made with
 * openssl: two authorities, certificates of 100 years, and one of January 2020.
 */
@Timeout(60)
class EtcdSecurityTest {
    private static final Path FILES = files();
    private static final Path CA = FILES.resolve("ca.pem");

    @TempDir
    private Path folder;

    private static Path files() {
        return Path.of(URI.create(String.valueOf(EtcdSecurityTest.class.getResource("/etcd/"))));
    }

    private static EtcdSettings secured(List<URI> endpoints, Path ca, @Nullable String name) {
        return new EtcdSettings(endpoints, "/secured", ca, name == null ? null : FILES.resolve(name + ".pem"),
                name == null ? null : FILES.resolve(name + ".key"), null, null);
    }

    private static EtcdVmStore open(EtcdSettings settings) throws IOException {
        return new EtcdVmStore(settings, new EtcdMember("p", "here", "test", Duration.ofMillis(100)),
                InstantSource.system(), System::nanoTime, Registries.queue(), 1L << 30, _ -> {});
    }

    private static String refusal(EtcdSettings settings) {
        return String.valueOf(assertThrows(IOException.class, () -> open(settings)).getMessage());
    }

    private static void assertWorks(EtcdSettings settings) throws IOException {
        try (EtcdVmStore store = open(settings)) {
            assertNotNull(store.register(VmRegistration.of(Mapping.builder().put("id", "a").put("name", "n")
                    .put("role", "worker").put("address", "x").put("registeredBy", "test").build())));
        }
    }

    @Test
    void anExpiredCertificateEndsTheStart() throws Exception {
        String member = "endpoints: [https://127.0.0.1:1], ca: " + CA + ", cert: " + FILES.resolve("expired.pem")
                + ", key: " + FILES.resolve("expired.key");
        StartFailure failure = assertThrows(StartFailure.class, () -> new RunningDaemon(folder, TestClock.somewhen(),
                "fleet: {store: {etcd: {" + member + "}}}\n").close());
        assertEquals("cannot keep the fleet in etcd: fleet.store.etcd.cert " + FILES.resolve("expired.pem")
                + " expired on 2020-02-01T00:00:00.000Z", failure.getMessage());
    }

    @Test
    void anExpiredCertificateOfAMemberIsNamed() throws Exception {
        SSLContext expired = Objects.requireNonNull(EtcdSecurity.context(secured(List.of(), CA, "expired"),
                Instant.parse("2020-01-02T00:00:00Z").toEpochMilli()));
        try (SSLServerSocket member = (SSLServerSocket) expired.getServerSocketFactory().createServerSocket(0, 5,
                InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (!member.isClosed()) {
                    try {
                        var _ = member.accept().getInputStream().read();
                    } catch (IOException _) {
                        // The other side refuses, or the test is over.
                    }
                }
            });
            URI uri = URI.create("https://127.0.0.1:" + member.getLocalPort());
            assertEquals(uri + ": no trust: its certificate has expired", refusal(secured(List.of(uri), CA, null)));
        }
    }

    @Test
    void certificatesOfAnotherAuthorityAreRefusedOnBothSides() throws Exception {
        try (EtcdMembers etcd = new EtcdMembers(folder, 1, "--cert-file", FILES.resolve("member.pem").toString(),
                "--key-file", FILES.resolve("member.key").toString(), "--client-cert-auth", "--trusted-ca-file",
                CA.toString())) {
            List<URI> members = etcd.endpoints();
            assertWorks(secured(members, CA, "member"));
            assertTrue(refusal(secured(members, FILES.resolve("other-ca.pem"), "member"))
                    .endsWith("no trust: its certificate is not signed by fleet.store.etcd.ca"));
            for (String said : List.of(refusal(secured(members, CA, "stranger")),
                    refusal(secured(members, CA, null)))) {
                assertTrue(said.contains("it refuses fleet.store.etcd.cert, or asks for one"), said);
            }
        }
    }

    @Test
    void aWrongPasswordAndARoleThatMayNotWriteAreNamed() throws Exception {
        try (EtcdMembers etcd = new EtcdMembers(folder, 1, "--bcrypt-cost", "4")) {
            String range = "\"key\":\"" + base64("/roles/") + "\",\"range_end\":\"" + base64("/roles0") + "\"";
            for (String name : List.of("root", "READ", "READWRITE")) {
                etcd.ask("/v3/auth/user/add", "{\"name\":\"" + name + "\",\"password\":\"secret\"}");
                etcd.ask("/v3/auth/role/add", "{\"name\":\"" + name + "\"}");
                etcd.ask("/v3/auth/user/grant", "{\"user\":\"" + name + "\",\"role\":\"" + name + "\"}");
                if (!name.equals("root")) {
                    etcd.ask("/v3/auth/role/grant", "{\"name\":\"" + name + "\",\"perm\":{\"permType\":\"" + name
                            + "\"," + range + "}}");
                }
            }
            etcd.ask("/v3/auth/enable", "{}");
            assertWorks(user(etcd, "READWRITE", "secret"));
            assertEquals("etcd refuses the password of fleet.store.etcd.user READWRITE",
                    refusal(user(etcd, "READWRITE", "wrong")));
            String denied = refusal(user(etcd, "READ", "secret"));
            assertTrue(denied.endsWith("permission denied: fleet.store.etcd.user needs readwrite for the prefix"),
                    denied);
            String nobody = refusal(etcd.settings("/roles"));
            assertEquals("etcd asks for a user: set fleet.store.etcd.user and password_file", nobody);
        }
    }

    private EtcdSettings user(EtcdMembers etcd, String name, String password) throws IOException {
        Path file = Files.writeString(folder.resolve("password-" + password), password);
        return new EtcdSettings(etcd.endpoints(), "/roles", null, null, null, name, file);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
