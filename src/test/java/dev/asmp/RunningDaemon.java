package dev.asmp;

import dev.asmp.daemon.Daemon;
import dev.asmp.daemon.StartFailure;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Environment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A real daemon on a port of its own, with a clock that tests move, and a client to talk to it. */
public final class RunningDaemon implements AutoCloseable {
    private final Path folder;
    private final Map<String, String> variables;
    private final TestClock clock;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final HttpClient client = HttpClient.newHttpClient();
    private Daemon daemon;

    /** An answer: its status, its body as text and as a document. */
    public record Reply(int status, String text, HttpResponse<byte[]> response) {
        public Document document() {
            return Json.read(response.body());
        }

        public Mapping mapping() {
            return (Mapping) document();
        }

        public String error() {
            return String.valueOf(mapping().text("error"));
        }
    }

    /** A daemon that scans only when it is told to, so that tests see what a scan does. */
    public RunningDaemon(Path folder, TestClock clock, String moreProfile) throws Exception {
        this(folder, clock, moreProfile, false);
    }

    /** A daemon that may also notice by itself what happens below its scan path. */
    public RunningDaemon(Path folder, TestClock clock, String moreProfile, boolean watch) throws Exception {
        this(folder, clock, moreProfile, watch, Map.of());
    }

    /** The same with more variables in its environment. */
    public RunningDaemon(Path folder, TestClock clock, String moreProfile, boolean watch, Map<String, String> variables)
            throws Exception {
        this.folder = folder;
        this.variables = new HashMap<>(variables);
        this.clock = clock;
        Files.createDirectories(home());
        Files.createDirectories(source());
        Files.writeString(home().resolve("host.yaml"), """
                asmp: "0.1"
                kind: host
                %sdevice_class: vm
                shoe_size: 1.50
                registry: {api: "http://127.0.0.1:0"}
                discovery: {scan_paths: ["%s"], interval: 1h, watch: %s}
                """.formatted(moreProfile.contains("host_id:") ? "" : "host_id: test-box\n", source(), watch)
                + moreProfile);
        this.daemon = started();
    }

    private Daemon started() throws StartFailure, InterruptedException {
        variables.putAll(Map.of("HOME", folder.toString(), "ASMP_HOME", home().toString()));
        Environment environment = new Environment(variables, FileSystems.getDefault());
        PrintStream err = new PrintStream(log, true, StandardCharsets.UTF_8);
        Daemon started = Daemon.start(environment, clock, clock::nanos, err, err);
        started.awaitFirstScan();
        return started;
    }

    public void restart() throws Exception {
        pause();
        daemon = started();
    }

    /** Stops the daemon until the next restart. */
    public void pause() {
        daemon.close();
    }

    public Path home() {
        return folder.resolve("home");
    }

    public Path source() {
        return folder.resolve("src");
    }

    public Path index(String name) {
        return home().resolve("services").resolve(name + ".asmp.yaml");
    }

    public Path write(String repository, String yaml) throws IOException {
        Path manifest = source().resolve(repository).resolve("asmp.yaml");
        Files.createDirectories(manifest.getParent());
        return Files.writeString(manifest, yaml);
    }

    public String log() {
        daemon.flushLines();
        return log.toString(StandardCharsets.UTF_8);
    }

    public String url() {
        return daemon.url();
    }

    public int port() {
        return URI.create(url()).getPort();
    }

    public Reply get(String path) throws Exception {
        return send("GET", path, new byte[0]);
    }

    public Reply post(String path) throws Exception {
        return send("POST", path, new byte[0]);
    }

    public Reply announce(String yaml) throws Exception {
        return send("POST", "/services/announce", yaml.getBytes(StandardCharsets.UTF_8), "Content-Type",
                "application/yaml");
    }

    public Reply announceJson(String json) throws Exception {
        return send("POST", "/services/announce", json.getBytes(StandardCharsets.UTF_8), "Content-Type",
                "application/json");
    }

    /** Sends JSON with any method. */
    public Reply json(String method, String path, String json, String... headers) throws Exception {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/json";
        return send(method, path, json.getBytes(StandardCharsets.UTF_8), all);
    }

    /** Asks for a change as the owner, of what has this digest or generation. */
    public Reply asOwner(String method, String path, String json, String ifMatch) throws Exception {
        return json(method, path, json, "Authorization", "Bearer " + token(), "If-Match", "\"" + ifMatch + "\"");
    }

    public String token() throws IOException {
        return Files.readString(home().resolve("token")).strip();
    }

    public Reply send(String method, String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path)).method(method,
                body.length == 0 ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Reply(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8), response);
    }

    /** Waits for what a timer of the daemon brings about. */
    public <E extends Exception> void awaitUntil(Until.Condition<E> condition) throws E {
        Until.holds(condition, () -> "the log says:\n" + log());
    }

    /** Sends bytes as they are and returns all that comes back until the server closes. */
    public String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        daemon.close();
        client.close();
    }
}
