package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.asmp.client.RegistryClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The daemon reports to the watchdog only while it answers and can change something. */
class WatchdogTest {
    private final List<String> happened = new ArrayList<>();
    private HttpServer server;
    private int status = 200;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void look(Runnable change) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        new Watchdog(() -> RegistryClient.at(url, 2_000), change, () -> happened.add("reported"), happened::add).run();
    }

    @Test
    void itReportsAfterAnAnswerAndAChange() {
        look(() -> happened.add("changed"));
        assertEquals(List.of("changed", "reported"), happened);
    }

    @Test
    void itDoesNotReportWhereTheRegistryDoesNotAnswer() {
        status = 503;
        look(() -> happened.add("changed"));
        server.stop(0);
        look(() -> happened.add("changed"));
        assertEquals(2, happened.size(), happened.toString());
        assertTrue(happened.getFirst().endsWith("GET /health with 503"), happened.toString());
        assertTrue(happened.getLast().contains("did not answer"), happened.toString());
    }

    @Test
    void itDoesNotReportWhereNothingCanBeChanged() {
        assertThrows(IllegalStateException.class, () -> look(() -> {
            throw new IllegalStateException("the writer is stuck");
        }));
        assertEquals(List.of(), happened);
    }
}
