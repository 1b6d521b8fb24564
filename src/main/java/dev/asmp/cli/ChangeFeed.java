package dev.asmp.cli;

import dev.asmp.manifest.Environment;
import dev.asmp.mcp.Mcp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/** Passes on what the registry says of changes, for as long as this process lives, whether the registry comes or goes. */
final class ChangeFeed implements Runnable {
    private static final Duration AGAIN = Duration.ofSeconds(2);
    private static final int SILENCE_MILLIS = 40_000;
    /** What changes which services there are. */
    private static final Set<String> COMINGS_AND_GOINGS = Set.of("registered", "removed", "pending", "stale");

    private final Environment environment;
    private final Mcp mcp;
    private String kind = "";

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
        mcp.listChanged(); // whatever happened before is news to whoever listens
        RegistryFinder.of(environment).client().stream(
                RegistryClient.Request.of("GET", "/events", null, null), SILENCE_MILLIS, this::take);
    }

    /** Takes a line of the stream: {@code event: kind}, and then {@code data: …}. */
    private boolean take(String line) {
        if (line.startsWith("event: ")) {
            kind = line.substring(7);
        } else if (line.startsWith("data: ")) {
            tell(kind, line.substring(6));
        }
        return true;
    }

    private void tell(String happened, String data) {
        try {
            String name = data.isEmpty() ? null : Session.mapping(data.getBytes(StandardCharsets.UTF_8)).text("name");
            if (name != null) {
                mcp.changed(name);
            }
        } catch (CommandFailure _) {
            // Not what was expected: then only that something happened is passed on.
        }
        if (COMINGS_AND_GOINGS.contains(happened)) {
            mcp.listChanged();
        }
    }
}
