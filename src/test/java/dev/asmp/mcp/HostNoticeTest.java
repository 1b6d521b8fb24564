package dev.asmp.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watchers of the host's profile. */
class HostNoticeTest {
    private static final String LISTEN = """
            {"jsonrpc": "2.0", "id": 9, "method": "subscriptions/listen", "params": {"_meta":
             {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}},
             "notifications": {"resourceSubscriptions": ["asmp://host"]}}}""";

    @Test
    void aReloadThatChangesTheProfileIsAnnouncedToItsWatchers(@TempDir Path folder) throws Exception {
        try (RunningDaemon daemon = new RunningDaemon(folder, new TestClock(Instant.parse("2026-11-20T12:00:00Z")),
                "")) {
            HttpURLConnection connection = (HttpURLConnection) URI.create(daemon.url() + "/mcp").toURL()
                    .openConnection();
            connection.setReadTimeout(20_000);
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setRequestProperty("MCP-Protocol-Version", "2026-07-28");
            connection.setRequestProperty("Mcp-Method", "subscriptions/listen");
            connection.getOutputStream().write(LISTEN.getBytes(StandardCharsets.UTF_8));
            try (BufferedReader in = new BufferedReader(
                    new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
                assertTrue(next(in).contains("notifications/subscriptions/acknowledged"));
                assertEquals(200, daemon.post("/reload").status()); // nothing changed: nothing is announced
                Path profile = daemon.home().resolve("host.yaml");
                Files.writeString(profile, Files.readString(profile).replace("shoe_size: 1.50", "shoe_size: 44"));
                assertEquals(200, daemon.post("/reload").status());
                String notice = next(in);
                assertTrue(notice.contains("notifications/resources/updated") && notice.contains("asmp://host"),
                        notice);
            }
        }
    }

    private static String next(BufferedReader in) throws Exception {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("data: ")) {
                return line;
            }
        }
        throw new AssertionError("the stream ended");
    }
}
