package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.net.httpserver.HttpServer;
import dev.asmp.Until;
import dev.asmp.manifest.Environment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The agent of a VM whose registry answers too much, and work that fails for good. */
class VmAgentTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void anAnswerLongerThanAnyEntryIsNotRead() throws Exception {
        HttpServer endless = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endless.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(201, 0);
            byte[] part = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
            try (var out = exchange.getResponseBody()) {
                for (int i = 0; i < 8_192; i++) {
                    out.write(part);
                }
            } catch (IOException _) {
                // The agent reads no further.
            }
        });
        endless.start();
        String url = "http://127.0.0.1:" + endless.getAddress().getPort();
        for (String variable : new String[]{"VERS_INFRA_URL", "ASMP_REGISTRY_URL"}) {
            said.reset();
            Environment environment = new Environment(Map.of("HOME", "/nowhere", "VERS_VM_ID", "vm-1", variable, url),
                    FileSystems.getDefault());
            runUntil("the answer has more than 2097152 bytes", environment,
                    new PrintStream(said, true, StandardCharsets.UTF_8));
        }
        endless.stop(0);
    }

    /** Runs the agent until it has said something. */
    private void runUntil(String line, Environment environment, PrintStream err) throws Exception {
        VmAgent agent = new VmAgent(new VmAgent.Told(null, null, null, null, null, Duration.ofSeconds(60)),
                () -> environment, err);
        BackgroundTask task = new BackgroundTask(Duration.ZERO);
        Thread worker = Thread.ofVirtual().start(() -> {
            try {
                agent.run(task);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        Until.holds(() -> said().contains(line), this::said);
        task.stop();
        worker.join();
    }

    @Test
    void anErrorIsSaidAndTheAgentGoesOn() throws Exception {
        AtomicBoolean hasFailed = new AtomicBoolean();
        PrintStream failing = new PrintStream(said, true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                if (!hasFailed.getAndSet(true)) {
                    throw new OutOfMemoryError("once");
                }
                super.println(line);
            }
        };
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(201, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        registry.start();
        runUntil("OutOfMemoryError: once; trying again every 60.0 s",
                new Environment(Map.of("HOME", "/nowhere", "VERS_VM_ID", "vm-1", "VERS_INFRA_URL",
                        "http://127.0.0.1:" + registry.getAddress().getPort()), FileSystems.getDefault()),
                failing);
        registry.stop(0);
    }

    @Test
    void workThatEndsByAnErrorEndsTheCommandToo() {
        assertThrows(StackOverflowError.class, () -> assertTimeoutPreemptively(Duration.ofSeconds(10),
                () -> new BackgroundTask(Duration.ZERO).untilStopped(_ -> {
                    throw new StackOverflowError();
                })));
    }
}
