package dev.asmp.mcp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import dev.asmp.wire.StreamedBody;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A small HTTP server around a registry that is none: the registry's API, its stream of changes, and MCP at /mcp. */
public final class TestServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final FakeRegistry registry;
    private final Mcp mcp;

    public TestServer(FakeRegistry registry) throws IOException {
        this.registry = registry;
        mcp = new Talk(registry).mcp;
        registry.onChange((kind, name) -> {
            mcp.changed(name);
            mcp.listChanged();
        });
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(workers);
        server.createContext("/", exchange -> {
            try (exchange) {
                if (exchange.getRequestURI().getPath().equals("/mcp")) {
                    answer(exchange);
                } else if (exchange.getRequestURI().getPath().equals("/events")) {
                    events(exchange);
                } else {
                    pass(exchange);
                }
            }
        });
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
        Reply answer = mcp.answer(new Request(exchange.getRequestMethod(),
                exchange.getRequestURI().toString(), headers, body), true);
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        StreamedBody stream = answer.stream();
        if (stream != null) {
            exchange.sendResponseHeaders(200, 0);
            try {
                stream.writeTo(exchange.getResponseBody());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            return;
        }
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        if (answer.body().length > 0) {
            exchange.getResponseBody().write(answer.body());
        }
    }

    private void pass(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Reply reply = registry.call(Request.json(exchange.getRequestMethod(), exchange.getRequestURI().toString(),
                body.length == 0 ? null : body));
        exchange.sendResponseHeaders(reply.status(), reply.body().length);
        exchange.getResponseBody().write(reply.body());
    }

    private void events(HttpExchange exchange) throws IOException {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        registry.onChange(
                (kind, name) -> events.add("id: 1\nevent: " + kind + "\ndata: {\"name\":\"" + name + "\"}\n\n"));
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        try {
            while (true) {
                String event = events.poll(1, TimeUnit.SECONDS);
                out.write((event == null ? ":\n\n" : event).getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        mcp.close();
        server.stop(0);
        workers.shutdownNow();
    }
}
