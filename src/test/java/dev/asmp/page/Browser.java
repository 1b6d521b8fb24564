package dev.asmp.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A headless Chromium of its own profile, which tests control by its DevTools protocol. */
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final String READY = "DevTools listening on ";

    private final Process process;
    private final URI address;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Tab> tabs = new ArrayList<>();

    private Browser(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** The program of the browser: {@code ASMP_BROWSER}, or a Chromium on the path; null if there is none. */
    static @Nullable Path program() {
        String named = System.getenv("ASMP_BROWSER");
        return named != null
                ? Path.of(named)
                : NAMES.stream()
                        .flatMap(name -> Stream
                                .of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                                .map(folder -> Path.of(folder, name)))
                        .filter(Files::isExecutable).findFirst().orElse(null);
    }

    static Browser start(Path program, Path profile) throws IOException {
        // No sandbox: a container has no user namespaces, and the only pages are our own.
        Process process = new ProcessBuilder(program.toString(), "--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
                "--hide-scrollbars", "--force-color-profile=srgb", "--lang=en-GB", "--remote-debugging-port=0",
                "--user-data-dir=" + profile, "about:blank").redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        BufferedReader words = new BufferedReader(
                new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        for (String line = words.readLine(); line != null; line = words.readLine()) {
            if (line.startsWith(READY)) {
                Thread.ofVirtual().start(() -> words.lines().forEach(_ -> {}));
                URI socket = URI.create(line.substring(READY.length()).strip());
                return new Browser(process, URI.create("http://" + socket.getAuthority()));
            }
        }
        throw new IOException(program + " ended without an address of its DevTools");
    }

    /** Opens an empty tab. */
    Tab open() throws IOException, InterruptedException {
        HttpResponse<String> reply = client.send(
                HttpRequest.newBuilder(address.resolve("/json/new?about:blank"))
                        .PUT(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
        JsonNode target = JSON.readTree(reply.body());
        Tab tab = new Tab(client, URI.create(target.path("webSocketDebuggerUrl").asText()));
        tabs.add(tab);
        return tab;
    }

    @Override
    public void close() {
        tabs.forEach(Tab::close);
        client.close();
        // Its helpers, too, must have ended before the profile can be deleted.
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(one -> one.onExit().orTimeout(10, TimeUnit.SECONDS).join());
    }
}
