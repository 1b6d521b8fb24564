package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.Until;
import dev.asmp.document.Json;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of services that are too long to be put together at once. */
class LongServiceListTest {
    private static final int SERVICES = 50;

    @TempDir
    private Path folder;

    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        Path services = Files.createDirectories(folder.resolve("home").resolve("services"));
        for (int i = 0; i < SERVICES; i++) {
            Files.writeString(services.resolve("s" + i + ".asmp.yaml"),
                    Manifests.yaml("s" + i, "1", "shared.use", "s" + i + "." + "x".repeat(225_000))
                            .replace("the s", "long s"));
        }
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private static int count(RunningDaemon.Reply reply) {
        assertEquals(200, reply.status());
        return Json.readItems(reply.response().body(), null, _ -> {});
    }

    @Test
    void allArriveAndTheConnectionCanBeUsedAgain() throws Exception {
        for (String path : new String[]{"/services", "/capabilities?provides=shared.use",
                "/capabilities?provides=shared.*", "/services?q=long&explain=true"}) {
            RunningDaemon.Reply reply = daemon.get(path);
            assertEquals(SERVICES, count(reply), path);
            assertFalse(reply.response().headers().firstValue("ETag").isPresent(), path);
        }
    }

    @Test
    void allCapabilitiesArriveInPieces() throws Exception {
        RunningDaemon.Reply reply = daemon.get("/capabilities");
        assertEquals(200, reply.status());
        assertEquals(SERVICES + 1, Json.readItems(reply.response().body(), "capabilities", _ -> {}));
        assertFalse(reply.response().headers().firstValue("ETag").isPresent());
    }

    @Test
    void aReaderThatStallsHoldsNoServicesThatAreGone() throws Exception {
        List<Socket> stalled = new ArrayList<>();
        try {
            for (String path : new String[]{"/services", "/capabilities", "/capabilities?provides=shared.*"}) {
                Socket socket = new Socket();
                stalled.add(socket);
                socket.setReceiveBufferSize(4_096);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), daemon.port()));
                socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port()
                        + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                assertEquals('H', socket.getInputStream().read());
            }
            long before = heap();
            for (int i = 0; i < SERVICES; i++) {
                Files.delete(daemon.index("s" + i));
            }
            assertEquals(200, daemon.post("/reload").status());
            Until.holds(() -> before - heap() > SERVICES * 225_000L, () -> "the services are still held");
            assertTrue(new String(stalled.getFirst().getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .contains("]"), "the list ends");
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void aPageEndsBeforeItIsTooLongAndTheNextOneFollows() throws Exception {
        int found = 0;
        int pages = 0;
        String next = "/services?limit=1000";
        while (next != null) {
            RunningDaemon.Reply reply = daemon.get(next);
            assertTrue(reply.response().body().length < 9_000_000);
            found += count(reply);
            pages++;
            next = reply.response().headers().firstValue("Link").map(link -> link.substring(1, link.indexOf('>')))
                    .orElse(null);
        }
        assertEquals(SERVICES, found);
        assertEquals(2, pages);
    }

    @Test
    void aToolOfTheSameProcessSaysThatItIsTooLong() throws Exception {
        RunningDaemon.Reply reply = daemon.json("POST", "/mcp", "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\":"
                + " \"tools/call\", \"params\": {\"name\": \"service_find\", \"arguments\": {\"capability\":"
                + " \"shared.use\"}}}", "Accept", "application/json, text/event-stream");
        assertTrue(reply.text().contains("too long"), reply.text());
    }
}
