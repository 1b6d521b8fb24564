package dev.asmp.daemon;

import dev.asmp.client.RegistryClient;
import dev.asmp.http.ApiServer;
import dev.asmp.registry.Registry;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The report to the watchdog of systemd: only if the registry answers over its own port or socket, and its writer an empty
 * change.
 *
 * @param self a client of this very registry
 * @param change waits until the writer has taken a change
 * @param report tells systemd
 */
record Watchdog(Supplier<RegistryClient> self, Runnable change, Runnable report, Consumer<String> log)
        implements
            Runnable {
    /** The interval of reports is half of what the watchdog allows, so an answer that takes longer is late anyway. */
    private static final int MILLIS = 10_000;

    static Watchdog of(Registry registry, ApiServer api, SystemdNotifier systemd, Consumer<String> log) {
        return new Watchdog(() -> client(api), () -> registry.markStale(List.of()), () -> {
            String failure = systemd.send("WATCHDOG=1");
            if (failure != null) {
                log.accept(failure);
            }
        }, log);
    }

    private static RegistryClient client(ApiServer api) {
        String url = api.url();
        Path socket = api.socketPath();
        return url != null ? RegistryClient.at(url, MILLIS) : RegistryClient.on(String.valueOf(socket), MILLIS);
    }

    @Override
    public void run() {
        try {
            Reply health = self.get().call(Request.of("GET", "/health"));
            if (health.status() != 200) {
                log.accept("the registry answered its own GET /health with " + health.status());
                return;
            }
        } catch (IOException e) {
            log.accept("the registry did not answer its own GET /health: " + e.getMessage());
            return;
        }
        change.run();
        report.run();
    }
}
