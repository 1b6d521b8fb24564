package dev.asmp.vers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.NullUnmarked;

/**
 * The way into the VMs of a {@link FakeVersApi}: TLS on a loopback port, where the server name must be that of a VM, and an
 * OpenSSH server behind it that runs inside the VM's box. Switches break connections as networks and VMs do.
 */
@NullUnmarked
public final class TlsFront implements AutoCloseable {
    public static final String SUFFIX = "vm.localhost";
    private static final Path SSHD = Path.of("/usr/sbin/sshd");
    private static final String PASSWORD = "changeit";
    /** Keys that take long to make, for all fronts of this process. */
    private static final Path SHARED = shared();

    private final Path folder;
    private final FakeVersApi api;
    private final SSLServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<String> wrongNames = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger keysToReject = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long cutAfter = Long.MAX_VALUE;
    private volatile boolean silent;
    private volatile String hostKey = "host_key";

    public TlsFront(Path folder, FakeVersApi api) throws IOException, GeneralSecurityException {
        this.folder = folder;
        this.api = api;
        Files.createDirectories(folder);
        keygen(folder.resolve("host_key"));
        keygen(folder.resolve("other_key"));
        server = (SSLServerSocket) tls().getServerSocketFactory().createServerSocket(0, 50,
                InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::accept);
    }

    /** Whether this machine has an SSH server. */
    public static boolean isPossible() {
        return Files.isExecutable(SSHD);
    }

    /** The value for {@code ASMP_VERS_VM_DOMAIN}. */
    public String domain() {
        return SUFFIX + ":" + server.getLocalPort();
    }

    /** The value for {@code VERS_CA_FILE}. */
    public Path authority() {
        return folder.resolve("ca.pem");
    }

    /** Cuts each connection after this many bytes from the VM. */
    public void cutAfter(long bytes) {
        cutAfter = bytes;
    }

    /** Accepts and never says anything. */
    public void fallSilent(boolean now) {
        silent = now;
    }

    /** Shows another host key from now on. */
    public void changeHostKey() {
        hostKey = "other_key";
    }

    /** Refuses the client's key for the next connections. */
    public void rejectKeys(int times) {
        keysToReject.set(times);
    }

    /** Ends all connections. */
    public void dropAll() throws IOException {
        for (Socket one : open) {
            one.close();
        }
    }

    public int connections() {
        return connections.get();
    }

    /** Server names that never belonged to a VM. */
    public Set<String> wrongNames() {
        return wrongNames;
    }

    /** Makes the key of all VMs in a folder, and returns the private half. */
    static String clientKey(Path folder) throws IOException {
        Path key = folder.resolve("client_key");
        if (!isPossible()) {
            return "-----BEGIN OPENSSH PRIVATE KEY-----\nnone\n-----END OPENSSH PRIVATE KEY-----\n";
        }
        keygen(key);
        return Files.readString(key);
    }

    /** Makes a key, or copies one that this process made under the same name. */
    private static void keygen(Path file) throws IOException {
        if (!isPossible() || Files.exists(file)) {
            return;
        }
        Path made = SHARED.resolve(file.getFileName());
        if (!Files.exists(made)) {
            run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", made.toString()));
        }
        Files.copy(made, file, StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(Path.of(made + ".pub"), Path.of(file + ".pub"), StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static Path shared() {
        try {
            Path made = Files.createTempDirectory("asmp-front");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                for (java.io.File file : made.toFile().listFiles()) {
                    file.delete();
                }
                made.toFile().delete();
            }));
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(FakeVersApi.all(process.getInputStream()), java.nio.charset.StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(command + ": " + said);
        }
    }

    private SSLContext tls() throws IOException, GeneralSecurityException {
        Path store = SHARED.resolve("tls.p12");
        if (!Files.exists(store)) {
            run(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias",
                    "x", "-keyalg", "EC", "-dname", "CN=" + SUFFIX, "-ext", "SAN=dns:*." + SUFFIX, "-validity", "30",
                    "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Files.writeString(authority(), "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder()
                .encodeToString(keys.getCertificate("x").getEncoded()) + "\n-----END CERTIFICATE-----\n");
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private void accept() {
        while (closed.getCount() > 0) {
            try {
                SSLSocket client = (SSLSocket) server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void serve(SSLSocket client) {
        open.add(client);
        try (client) {
            client.setTcpNoDelay(true);
            client.startHandshake();
            String name = ((ExtendedSSLSession) client.getSession()).getRequestedServerNames().stream()
                    .filter(one -> one.getType() == StandardConstants.SNI_HOST_NAME)
                    .map(one -> ((SNIHostName) one).getAsciiName()).findFirst().orElse("");
            String id = name.endsWith("." + SUFFIX) ? name.substring(0, name.length() - SUFFIX.length() - 1) : "";
            FakeVersApi.Machine vm = api.vm(id);
            if (vm == null) {
                if (!api.isGone(id)) {
                    wrongNames.add(name);
                }
                return;
            }
            if (vm.diesWhenEntered) {
                vm.state = "dead";
            }
            if (vm.state.equals("dead")) {
                return;
            }
            if (silent || vm.state.equals("paused")) {
                closed.await(1, TimeUnit.HOURS);
            }
            speak(client, vm);
        } catch (IOException _) {
            // The client is gone, or was dropped.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private void speak(SSLSocket client, FakeVersApi.Machine vm) throws IOException {
        Process sshd = new ProcessBuilder(SSHD.toString(), "-i", "-e", "-f", config(vm).toString())
                .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("sshd.log").toFile())).start();
        try {
            Thread.ofVirtual().start(() -> {
                try (OutputStream out = sshd.getOutputStream()) {
                    client.getInputStream().transferTo(new Flushing(out));
                } catch (IOException _) {
                    // Either end is gone.
                }
            });
            byte[] buffer = new byte[16 * 1024];
            long passed = 0;
            InputStream in = sshd.getInputStream();
            for (int n = in.read(buffer); n >= 0 && passed + n <= cutAfter; n = in.read(buffer)) {
                client.getOutputStream().write(buffer, 0, n);
                passed += n;
            }
        } finally {
            sshd.destroy();
        }
    }

    private static final class Flushing extends java.io.FilterOutputStream {
        Flushing(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            out.flush();
        }
    }

    private Path config(FakeVersApi.Machine vm) throws IOException {
        Path inside = folder.resolve("inside-" + vm.id);
        StringBuilder script = new StringBuilder("#!/bin/sh\n[ -n \"$SSH_ORIGINAL_COMMAND\" ] || exec");
        for (String word : vm.box.prefix()) {
            script.append(' ').append(word);
        }
        script.append(" sh\nexec");
        for (String word : vm.box.prefix()) {
            script.append(' ').append(word);
        }
        Files.writeString(inside, script.append(" sh -c \"$SSH_ORIGINAL_COMMAND\"\n").toString());
        Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rwxr-xr-x"));
        boolean rejects = keysToReject.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        Path authorized = Path.of(api.clientKeyFile() + (rejects ? ".none" : ".pub"));
        Path config = folder.resolve("sshd-" + vm.id + (rejects ? "-rejecting" : ""));
        Files.writeString(config, """
                HostKey %s
                AuthorizedKeysFile %s
                StrictModes no
                UsePAM no
                PidFile none
                PermitRootLogin yes
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                LogLevel ERROR
                MaxSessions 10
                ForceCommand %s
                """.formatted(folder.resolve(hostKey), authorized, inside));
        return config;
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        dropAll();
    }
}
