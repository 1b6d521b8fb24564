package dev.asmp.etcd;

import dev.asmp.Until;
import dev.asmp.manifest.EtcdSettings;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A cluster of real etcd members on loopback ports; tests that need it are skipped where etcd is not installed. */
public final class EtcdMembers implements AutoCloseable {
    private final Path folder;
    private final List<Integer> clientPorts = new ArrayList<>();
    private final List<Integer> peerPorts = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private final List<String> options;

    /** Starts so many members with their state in a folder. */
    public EtcdMembers(Path folder, int count, String... options) throws IOException {
        Assumptions.assumeTrue(isInstalled(), "skipped, since etcd is not installed: apt-get install etcd-server"
                + " etcd-client");
        this.folder = folder;
        this.options = List.of(options);
        for (int i = 0; i < count; i++) {
            clientPorts.add(freePort());
            peerPorts.add(freePort());
        }
        for (int i = 0; i < count; i++) {
            processes.add(launch(i));
        }
        awaitHealth();
    }

    public static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "etcd")));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Process launch(int i) throws IOException {
        String cluster = IntStream.range(0, peerPorts.size())
                .mapToObj(j -> "m" + j + "=http://127.0.0.1:" + peerPorts.get(j)).collect(Collectors.joining(","));
        List<String> command = new ArrayList<>(List.of("etcd", "--name", "m" + i, "--data-dir",
                folder.resolve("m" + i).toString(), "--listen-client-urls", url(i), "--advertise-client-urls", url(i),
                "--listen-peer-urls", "http://127.0.0.1:" + peerPorts.get(i), "--initial-advertise-peer-urls",
                "http://127.0.0.1:" + peerPorts.get(i), "--initial-cluster", cluster, "--logger", "zap"));
        command.addAll(options);
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log-" + i).toFile())).start();
    }

    private boolean isSecure() {
        return options.contains("--cert-file");
    }

    private String url(int i) {
        return (isSecure() ? "https" : "http") + "://127.0.0.1:" + clientPorts.get(i);
    }

    public List<URI> endpoints() {
        return IntStream.range(0, clientPorts.size()).mapToObj(i -> URI.create(url(i))).toList();
    }

    /** The settings of a fleet in this cluster. */
    public EtcdSettings settings(String prefix) {
        return new EtcdSettings(endpoints(), prefix, null, null, null, null, null);
    }

    /** Waits until the first member that runs has a leader. */
    public void awaitHealth() {
        Until.holds(() -> IntStream.range(0, processes.size()).filter(i -> processes.get(i).isAlive())
                .anyMatch(this::isHealthy), () -> "etcd is healthy");
    }

    private boolean isHealthy(int i) {
        if (isSecure()) {
            return listens(clientPorts.get(i)); // which it does once it can serve
        }
        try {
            HttpURLConnection health = (HttpURLConnection) URI.create(url(i) + "/health").toURL().openConnection();
            health.setReadTimeout(1_000);
            return health.getResponseCode() == 200;
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean listens(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    public void kill(int i) throws InterruptedException {
        processes.get(i).destroyForcibly().waitFor();
    }

    public void restart(int i) throws IOException {
        processes.set(i, launch(i));
    }

    /** Stops or continues a member without its knowledge. */
    public void signal(int i, String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(processes.get(i).pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks as any client would, over the gateway; the answer as text. */
    public String ask(String path, String body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(endpoints().getFirst() + path).toURL()
                .openConnection();
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return new String(connection.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
        processes.forEach(process -> {
            try {
                process.waitFor();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
