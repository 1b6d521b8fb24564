package dev.asmp.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.client.StreamReading;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import dev.asmp.mcp.FakeRegistry;
import dev.asmp.mcp.Mcp;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import dev.asmp.wire.ServerSentEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Messages to the MCP server, and event streams from a registry. */
final class WireTargets {
    private static final byte[] HEAD = "HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1);
    private static final int MOST = 10_000;

    private WireTargets() {}

    /** Each message is answered with JSON-RPC, over HTTP and over standard input, and none is an internal error. */
    static void message(byte[] input) throws Exception {
        List<String> log = new ArrayList<>();
        try (Mcp mcp = mcp(log)) {
            Reply reply = mcp.answer(new Request("POST", "/mcp", Map.of("Content-Type", "application/json", "Accept",
                    "application/json, text/event-stream"), input), true);
            assertTrue(reply.status() < 500, () -> reply.status() + " " + new String(reply.body(), UTF_8));
            if (reply.body().length > 0 && reply.stream() == null) {
                checkAnswer(Json.read(reply.body()));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Mcp mcp = mcp(log)) {
            mcp.serve(new ByteArrayInputStream(input), out, null);
        }
        out.toString(UTF_8).lines().forEach(line -> checkAnswer(Json.read(line.getBytes(UTF_8))));
        assertEquals(List.of(), log);
    }

    private static Mcp mcp(List<String> log) {
        return new Mcp(FakeRegistry.ofTwo(), new Environment(Map.of("HOME", "/nowhere"), FileSystems.getDefault()),
                "1", new ByteBudget(8 << 20), log::add);
    }

    private static void checkAnswer(Document answer) {
        if (answer instanceof Sequence answers) {
            answers.items().forEach(WireTargets::checkAnswer);
            return;
        }
        Mapping message = (Mapping) answer;
        assertEquals("2.0", message.text("jsonrpc"));
        assertTrue(!"-32603".equals(message.mapping("error").text("code")), message::toString);
    }

    /** How a connection cuts a stream in pieces does not change its events, and an event that is written again is the same. */
    static void events(byte[] input) throws IOException {
        StreamReading.events(new ByteArrayInputStream(input));
        assertTrue(StreamReading.bodyLength(new ByteArrayInputStream(input), MOST) <= MOST);
        byte[] plain = answer("\r\n", input);
        List<String> events = StreamReading.events(new ByteArrayInputStream(plain));
        assertEquals(events, StreamReading.events(new OneByOne(plain)));
        byte[] chunked = answer("Transfer-Encoding: chunked\r\n\r\n", chunks(input));
        assertEquals(events, StreamReading.events(new OneByOne(chunked)));
        checkWriting(input);
    }

    private static byte[] answer(String headers, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(HEAD);
        out.writeBytes(headers.getBytes(ISO_8859_1));
        out.writeBytes(body);
        return out.toByteArray();
    }

    /** Chunks whose lengths follow from the bytes in them, and no last one: a stream has no end. */
    private static byte[] chunks(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < body.length;) {
            int length = Math.min(body.length - at, 1 + Math.floorMod(body[at], 40));
            out.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
            out.write(body, at, length);
            out.writeBytes("\r\n".getBytes(ISO_8859_1));
            at += length;
        }
        return out.toByteArray();
    }

    private static void checkWriting(byte[] input) throws IOException {
        String line = new String(input, UTF_8).replaceAll("[\r\n]", "");
        if (!line.isEmpty()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(new ServerSentEvent("7", "changed", line.getBytes(UTF_8)).bytes());
            assertEquals(List.of("opened", "7 changed " + line),
                    StreamReading.events(new OneByOne(answer("\r\n", out.toByteArray()))));
        }
    }

    /** A connection that delivers single bytes. */
    private static final class OneByOne extends FilterInputStream {
        OneByOne(byte[] bytes) {
            super(new ByteArrayInputStream(bytes));
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            InputStream all = in;
            return all.read(target, offset, Math.min(1, length));
        }
    }
}
