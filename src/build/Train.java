import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs at packaging: starts the daemon once and the quick commands once, each in a JVM that records an ahead-of-time cache.
 * The flags must be those of bin/asmp. Without caches everything works, only slower, so a failure here is told and no more.
 */
final class Train {
    private static final List<String> COMMON = List.of("-XX:+UseSerialGC", "-XX:-UsePerfData");

    /** So many that what parses and writes them is seen to be hot. */
    private static final int MANIFESTS = 1_000;

    private final Path dist;
    private final Path home;
    private final Path javaHome;

    private Train(Path dist, Path home, Path javaHome) {
        this.dist = dist;
        this.home = home;
        this.javaHome = javaHome;
    }

    /** Arguments: the folder of the program, and the runtime that it is shipped with, if it is. */
    public static void main(String[] arguments) throws Exception {
        Path dist = Path.of(arguments[0]).toAbsolutePath();
        boolean hasRuntime = arguments.length > 1;
        Path javaHome = Path.of(hasRuntime ? arguments[1] : System.getProperty("java.home")).toAbsolutePath();
        for (String stale : List.of("server.aot", "client.aot", "stamp", "checksum")) {
            Files.deleteIfExists(dist.resolve(stale));
        }
        if (!hasRuntime) {
            Files.writeString(dist.resolve("java-home"), javaHome + "\n");
        }
        Path home = Files.createTempDirectory("asmp-train");
        try {
            new Train(dist, home, javaHome).run();
        } catch (IOException | IllegalStateException e) {
            System.err.println("no ahead-of-time caches: " + e.getMessage());
        } finally {
            try (Stream<Path> files = Files.walk(home)) {
                files.sorted(Comparator.reverseOrder()).forEach(Train::delete);
            }
        }
        Files.writeString(dist.resolve("built"), "");
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException _) {
            // A leftover in the temp folder harms nobody.
        }
    }

    private void run() throws Exception {
        profile();
        List<String> flags = new ArrayList<>(COMMON);
        flags.add("-XX:+UseCompactObjectHeaders");
        flags.add("--enable-native-access=ALL-UNNAMED");
        // Recorded is what a start does most often: half of the services come out of a snapshot, which this leaves behind.
        manifests(0);
        Process before = start(flags, "", "dev.asmp.cli.Main", "serve");
        try (BufferedReader out = before.inputReader(StandardCharsets.UTF_8)) {
            if (out.readLine() == null || out.readLine() == null) {
                throw new IllegalStateException("the daemon did not start");
            }
        } finally {
            before.destroy();
            finish(before);
        }
        manifests(1);
        Process server = start(flags, "server.aot", "dev.asmp.cli.Main", "serve");
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            String listens = out.readLine();
            if (listens == null || out.readLine() == null) {
                throw new IllegalStateException("the daemon did not start");
            }
            askOverThePort(listens);
            List<String> clientFlags = new ArrayList<>(COMMON);
            clientFlags.add("-XX:TieredStopAtLevel=1");
            clientFlags.add("-Djdk.includeInExceptions=hostInfoExclSocket");
            finish(start(clientFlags, "client.aot", "dev.asmp.cli.CacheTraining"));
        } finally {
            server.destroy();
            finish(server);
        }
        stamp();
    }

    /** Asks over TCP, as programs do that keep no connection. */
    private static void askOverThePort(String listens) throws IOException {
        Matcher port = Pattern.compile("http://127\\.0\\.0\\.1:([0-9]+)").matcher(listens);
        if (!port.find()) {
            throw new IllegalStateException("the daemon has no port: " + listens);
        }
        for (String path : List.of("/health", "/capabilities?provides=rehearsal.read", "/services/rehearsal")) {
            try (Socket socket = new Socket("127.0.0.1", Integer.parseInt(port.group(1)))) {
                socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port.group(1)
                        + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().readAllBytes();
            }
        }
    }

    /** Every second manifest of a small machine to serve. */
    private void manifests(int first) throws IOException {
        for (int i = first; i < MANIFESTS; i += 2) {
            String yaml = """
                    asmp: "0.1"
                    kind: service
                    name: rehearsal%s
                    description: a service that exists while this program is packaged
                    version: 1.0.%d
                    section: tools
                    capabilities:
                      provides: [rehearsal.read, rehearsal.write]
                    endpoints:
                      - {protocol: http, host: 127.0.0.1, port: %d}
                    health: {method: tcp, target: "127.0.0.1:1", interval: 1h}
                    """.formatted(i == 0 ? "" : "-" + i, i, 7100 + i);
            Path repository = Files.createDirectories(home.resolve("repositories/r" + i));
            Files.writeString(repository.resolve("asmp.yaml"), yaml);
        }
    }

    private void profile() throws IOException {
        Files.writeString(home.resolve("host.yaml"), """
                asmp: "0.1"
                kind: host
                host_id: rehearsal
                device_class: server
                registry: {api: "http://127.0.0.1:0"}
                discovery: {scan_paths: [%s]}
                """.formatted(home.resolve("repositories")));
    }

    private Process start(List<String> flags, String cache, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(javaHome.resolve("bin/java").toString()));
        command.addAll(flags);
        if (!cache.isEmpty()) {
            command.add("-XX:AOTCacheOutput=" + dist.resolve(cache));
        }
        command.addAll(List.of("-Xlog:disable", "-Xlog:all=error:stderr", "-cp", classPath()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(home.resolve(cache + ".log").toFile());
        builder.environment().put("ASMP_HOME", home.toString());
        builder.environment().remove("ASMP_REGISTRY_URL");
        builder.environment().remove("NOTIFY_SOCKET");
        return builder.start();
    }

    private String classPath() throws IOException {
        try (Stream<Path> jars = Files.list(dist.resolve("lib"))) {
            return dist.resolve("asmp.jar") + jars.map(Path::toString).sorted().reduce("", (all, jar) -> all + ":" + jar);
        }
    }

    private static void finish(Process process) throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("a training run does not end");
        }
    }

    /** Marks which files the caches belong to: the JVM does not notice by itself that a jar has changed. */
    private void stamp() throws Exception {
        Path stamp = Files.writeString(dist.resolve("stamp"), "");
        Files.setLastModifiedTime(stamp, Files.getLastModifiedTime(dist.resolve("asmp.jar")));
        Path release = javaHome.startsWith(dist) ? dist.relativize(javaHome) : javaHome;
        Process checksum = new ProcessBuilder("sh", "-c",
                "stat -c '%n %s %Y' asmp.jar lib/*.jar \"$1\" | cksum > checksum", "sh",
                release.resolve("release").toString()).directory(dist.toFile()).inheritIO().start();
        finish(checksum);
    }
}
