package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Mapping;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    @TempDir
    private Path folder;
    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    @Test
    void theHealthOfTheLastDayOutlivesARestart() throws Exception {
        try (ServerSocket web = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            daemon.write("mail", Manifests.yaml("mail", "1")
                    + "health: {method: tcp, target: \"127.0.0.1:" + web.getLocalPort() + "\", interval: 1s}\n");
            daemon.post("/discover/scan");
            daemon.awaitUntil(() -> !daemon.get("/services/mail/history").mapping().list("history").isEmpty());
            Mapping before = (Mapping) daemon.get("/services/mail/history").mapping().list("history").getFirst();
            assertEquals("true", before.text("healthy"));
            daemon.restart();
            Mapping after = (Mapping) daemon.get("/services/mail/history").mapping().list("history").getFirst();
            assertEquals(before.text("at"), after.text("at"));
            assertEquals(404, daemon.get("/services/nobody/history").status());
        }
    }
}
