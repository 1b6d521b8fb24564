package dev.asmp.cli;

import dev.asmp.manifest.Environment;
import dev.asmp.mcp.Mcp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Passes on what the registry says of changes, for as long as this process lives, whether the registry comes or goes. */
final class ChangeReader implements Runnable {
    private static final int SILENCE_MILLIS = 40_000;
    private static final long PAUSE_MILLIS = 2_000;
    /** What changes which services there are; after a reset nobody can tell. */
    private static final Set<String> COMINGS_AND_GOINGS = Set.of("registered", "removed", "reset");

    private final Environment environment;
    private final Mcp mcp;
    private String lastId = "";
    private String kind = "";
    private boolean fresh;

    ChangeReader(Environment environment, Mcp mcp) {
        this.environment = environment;
        this.mcp = mcp;
    }

    @Override
    public void run() {
        try {
            while (true) {
                try {
                    fresh = true;
                    List<String> resume = lastId.isEmpty() ? List.of() : List.of("Last-Event-ID: " + lastId);
                    RegistryFinder.of(environment).client().stream(
                            new RegistryClient.Request("GET", "/events", null, null, resume), SILENCE_MILLIS,
                            this::take);
                } catch (IOException | CommandFailure _) {
                    // No registry, or one without a stream of changes: perhaps later.
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean take(String line) {
        if (fresh && lastId.isEmpty()) {
            mcp.listChanged(); // nobody can say what has happened before
        }
        fresh = false;
        if (line.startsWith("id: ")) {
            lastId = line.substring(4);
        } else if (line.startsWith("event: ")) {
            kind = line.substring(7);
        } else if (line.startsWith("data: ")) {
            tell(line.substring(6));
        }
        return true;
    }

    private void tell(String data) {
        String name = CommandContext.mapping(data.getBytes(StandardCharsets.UTF_8)).text("name");
        if (name != null) {
            mcp.changed(name);
        }
        if (COMINGS_AND_GOINGS.contains(kind)) {
            mcp.listChanged();
        }
    }
}
