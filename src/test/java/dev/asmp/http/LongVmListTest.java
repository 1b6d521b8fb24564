package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Registries;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.vm.EmbeddedVmStore;
import dev.asmp.vm.VmEntry;
import dev.asmp.vm.VmRegistration;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of more VMs than are put together at once. */
class LongVmListTest {
    private static final int VMS = 4_500;

    @TempDir
    private Path folder;

    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        TestClock clock = TestClock.somewhen();
        Path home = Files.createDirectories(folder.resolve("home"));
        try (EmbeddedVmStore store = new EmbeddedVmStore(home.resolve(EmbeddedVmStore.FILE), clock, System::nanoTime,
                Registries.queue(), 1L << 30,
                line -> {});
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.invokeAll(IntStream.range(0, VMS).<Callable<VmEntry>>mapToObj(i -> () -> store.register(vm(i)))
                    .toList());
        }
        daemon = new RunningDaemon(folder, clock, "");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private static VmRegistration vm(int number) {
        String json = "{\"id\":\"vm-%d\",\"name\":\"n\",\"role\":\"%s\",\"address\":\"a\",\"registeredBy\":\"b\","
                .formatted(
                        number, number % 2 == 0 ? "worker" : "custom")
                + "\"metadata\":{\"x\":\"" + "x".repeat(400) + "\"}}";
        return VmRegistration.of(Json.read(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> ids(Mapping list) {
        List<String> ids = new ArrayList<>();
        for (Document vm : list.list("vms")) {
            ids.add(((Mapping) vm).text("id"));
        }
        assertEquals(list.text("count"), Integer.toString(ids.size()));
        return ids;
    }

    @Test
    void allArriveInPiecesOnAConnectionThatCanBeUsedAgain() throws Exception {
        RunningDaemon.Reply list = daemon.get("/registry/vms");
        assertEquals(List.of("chunked"), list.response().headers().allValues("transfer-encoding"));
        List<String> ids = ids(list.mapping());
        assertEquals(VMS, new HashSet<>(ids).size());
        assertNull(list.mapping().get("next"));
        assertEquals(ids, ids(daemon.get("/registry/vms").mapping()));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.port())) {
            String host = " HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port() + "\r\n";
            socket.getOutputStream().write(("GET /registry/vms" + host + "\r\nGET /registry/vms/vm-1" + host
                    + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answers.substring(answers.lastIndexOf("HTTP/1.1 200")).contains("\"id\":\"vm-1\""));
        }
    }

    @Test
    void allArriveForAClientThatHasTheConnectionClosed() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.port())) {
            socket.getOutputStream().write(("GET /registry/vms HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port()
                    + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.endsWith("\r\n0\r\n\r\n"));
            assertEquals(answer.indexOf("\r\n0\r\n\r\n"), answer.length() - 7);
        }
    }

    @Test
    void aLimitAndAFilterHoldAcrossThePieces() throws Exception {
        List<String> all = ids(daemon.get("/registry/vms").mapping());
        Mapping first = daemon.get("/registry/vms?limit=3000").mapping();
        assertEquals(all.subList(0, 3_000), ids(first));
        Mapping rest = daemon.get("/registry/vms?limit=3000&after=" + first.text("next")).mapping();
        assertEquals(all.subList(3_000, VMS), ids(rest));
        assertNull(rest.get("next"));
        assertNull(daemon.get("/registry/vms?limit=" + VMS).mapping().get("next"));
        List<String> workers = ids(daemon.get("/registry/vms?role=worker").mapping());
        assertEquals(all.stream().filter(id -> Integer.parseInt(id.substring(3)) % 2 == 0).toList(), workers);
        assertEquals(new HashSet<>(workers), new HashSet<>(ids(daemon.get("/registry/discover/worker").mapping())));
    }

    @Test
    void theHeadersAloneCanBeHad() throws Exception {
        RunningDaemon.Reply head = daemon.send("HEAD", "/registry/vms", new byte[0]);
        assertEquals(200, head.status());
        assertEquals("", head.text());
        assertTrue(head.response().headers().firstValue("content-length").isEmpty());
        assertFalse(head.response().headers().firstValue("etag").isPresent());
    }

    @Test
    void whereSlowReadersFillTheRoomAListComesInPieces() throws Exception {
        String shorter = "/registry/vms?limit=1500";
        assertTrue(daemon.get(shorter).response().headers().firstValue("etag").isPresent());
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                Socket socket = new Socket();
                slow.add(socket);
                socket.setReceiveBufferSize(8 * 1024); // so that little is taken without being read
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), daemon.port()));
                socket.getOutputStream().write(("GET " + shorter + " HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port()
                        + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                assertEquals('H', socket.getInputStream().read());
            }
            RunningDaemon.Reply list = daemon.get(shorter);
            assertTrue(list.response().headers().firstValue("etag").isEmpty());
            assertEquals(1_500, ids(list.mapping()).size());
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        daemon.awaitUntil(() -> daemon.get(shorter).response().headers().firstValue("etag").isPresent());
    }

    @Test
    void aReaderThatGoesAwayHalfwayDisturbsNobody() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.port())) {
                socket.getOutputStream().write(("GET /registry/vms HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port()
                        + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                assertEquals('H', socket.getInputStream().read());
            }
        }
        assertEquals(VMS, ids(daemon.get("/registry/vms").mapping()).size());
        assertFalse(daemon.log().contains("ERROR"), daemon.log());
    }
}
