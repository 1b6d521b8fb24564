package dev.asmp.mcp;

import dev.asmp.client.RegistryApi;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Environment;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Speaks to the server the way a client over HTTP does, without a network. */
final class Talk {
    final List<String> log = new ArrayList<>();
    final ByteBudget memory = new ByteBudget(8 * 1024 * 1024);
    final Mcp mcp;
    boolean isOwner = true;

    Talk(RegistryApi registry) {
        this(registry, Map.of("HOME", "/nowhere"));
    }

    Talk(RegistryApi registry, Map<String, String> variables) {
        mcp = new Mcp(registry, new Environment(variables, FileSystems.getDefault()), "1", memory,
                log::add);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Posts a body with headers, given as name and value in turn. */
    Reply post(String body, String... headers) {
        return send("POST", body, headers);
    }

    Reply send(String method, String body, String... headers) {
        return sendTo("/mcp", method, body, headers);
    }

    Reply sendTo(String path, String method, String body, String... headers) {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.put("Content-Type", "application/json");
        all.put("Accept", "application/json, text/event-stream");
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        return mcp.answer(new Request(method, path, all, bytes(body)), isOwner);
    }

    static Mapping json(Reply answer) {
        return (Mapping) Json.read(answer.body());
    }

    /** Sends a request that belongs to no session. */
    Mapping ask(String method, String params) {
        return json(post("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":" + params + "}"));
    }

    /** Calls a tool and returns its result. */
    Mapping call(String tool, String arguments) {
        Mapping answer = ask("tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
        return answer.mapping("result").isEmpty() ? answer : answer.mapping("result");
    }

    /** The text of a tool that did its work. */
    String told(String tool, String arguments) {
        Mapping result = call(tool, arguments);
        if (result.get("isError") != null) {
            throw new AssertionError(text(result));
        }
        return text(result);
    }

    /** What a tool that did its work answered. */
    Mapping done(String tool, String arguments) {
        Mapping result = call(tool, arguments);
        if (result.get("isError") != null || result.get("structuredContent") == null) {
            throw new AssertionError(text(result) + new String(Json.write(result), StandardCharsets.UTF_8));
        }
        return result.mapping("structuredContent");
    }

    /** What a tool said that could not do its work. */
    String failed(String tool, String arguments) {
        Mapping result = call(tool, arguments);
        if (result.get("isError") == null) {
            throw new AssertionError(new String(Json.write(result), StandardCharsets.UTF_8));
        }
        return text(result);
    }

    static String text(Mapping result) {
        List<Document> content = result.list("content");
        return content.isEmpty() ? "" : String.valueOf(((Mapping) content.getFirst()).text("text"));
    }

    static String written(Document document) {
        return new String(Json.write(document), StandardCharsets.UTF_8);
    }

    /** Opens a session and returns its id. */
    String begin(String revision) {
        Reply answer = post("""
                {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "%s",
                 "capabilities": {}, "clientInfo": {"name": "tester", "version": "1"}}}""".formatted(revision));
        return answer.headers().getOrDefault("Mcp-Session-Id", "");
    }
}
