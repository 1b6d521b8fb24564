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

/** The report to the watchdog of systemd: only if the registry answers over its own socket, and its writer an empty change. */
record Watchdog(Registry registry, ApiServer api, SystemdNotifier systemd, Consumer<String> log) {
    /** The interval of reports is half of what the watchdog allows, so one that takes longer is late anyway. */
    private static final int MILLIS = 10_000;

    void report() {
        try {
            Reply health = ask();
            if (health.status() != 200) {
                log.accept("the registry answered its own GET /health with " + health.status());
                return;
            }
        } catch (IOException e) {
            log.accept("the registry did not answer its own GET /health: " + e.getMessage());
            return;
        }
        registry.markStale(List.of());
        String failure = systemd.send("WATCHDOG=1");
        if (failure != null) {
            log.accept(failure);
        }
    }

    private Reply ask() throws IOException {
        String url = api.url();
        Path socket = api.socketPath();
        RegistryClient client = url != null
                ? RegistryClient.at(url, MILLIS)
                : RegistryClient.on(String.valueOf(socket), MILLIS);
        return client.call(Request.of("GET", "/health"));
    }
}
