package dev.asmp.cli;

import dev.asmp.manifest.Environment;
import dev.asmp.mcp.Mcp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/** Passes on what the registry says of changes, for as long as this process lives, whether the registry comes or goes. */
final class ChangeFeed implements Runnable {
    private static final Duration AGAIN = Duration.ofSeconds(2);
    /** What changes which services there are. */
    private static final Set<String> COMINGS_AND_GOINGS = Set.of("registered", "removed", "pending", "stale");

    private final Environment environment;
    private final Mcp mcp;

    ChangeFeed(Environment environment, Mcp mcp) {
        this.environment = environment;
        this.mcp = mcp;
    }

    @Override
    public void run() {
        try {
            while (true) {
                try {
                    listen();
                } catch (IOException | CommandFailure | IllegalArgumentException _) {
                    // No registry, or one without a stream of changes: perhaps later.
                }
                Thread.sleep(AGAIN);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() throws IOException {
        URI events = URI.create(RegistryFinder.of(environment).url() + "/events");
        if (!(events.toURL().openConnection(Proxy.NO_PROXY) instanceof HttpURLConnection connection)) {
            return;
        }
        connection.setRequestProperty("Accept", "text/event-stream");
        connection.setConnectTimeout((int) AGAIN.toMillis());
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            connection.disconnect();
            return;
        }
        mcp.listChanged(); // whatever happened before is news to whoever listens
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            pass(in);
        }
        mcp.listChanged();
    }

    /** Reads events: lines of {@code field: value}, an empty line after each event. */
    private void pass(BufferedReader in) throws IOException {
        String kind = "";
        StringBuilder data = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("event:")) {
                kind = line.substring(6).strip();
            } else if (line.startsWith("data:")) {
                data.append(line.substring(5).strip());
            } else if (line.isEmpty()) {
                tell(kind, data.toString());
                kind = "";
                data.setLength(0);
            }
        }
    }

    private void tell(String kind, String data) {
        try {
            String name = data.isEmpty() ? null : Session.mapping(data.getBytes(StandardCharsets.UTF_8)).text("name");
            if (name != null) {
                mcp.changed(name);
            }
        } catch (CommandFailure _) {
            // Not what was expected: then only that something happened is passed on.
        }
        if (COMINGS_AND_GOINGS.contains(kind)) {
            mcp.listChanged();
        }
    }
}
