package dev.asmp.agent;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One line of an agent: a response to a command, or an event. Of a line that is too long, only what its head says. */
public record AgentMessage(String type, Mapping body) {
    private static final int HEAD = 512;
    /** A scalar at the start of an object; what comes later may belong to a nested one. */
    private static final Pattern FIRST_KEYS = Pattern
            .compile("\\G[{,]\\s*\"(type|id|command|success)\"\\s*:\\s*(?:\"([^\"\\\\]{0,200})\"|(true|false))\\s*");

    /** Reads a line; null where it is none of the protocol's, such as a warning that a tool printed. */
    static @Nullable AgentMessage of(byte[] line, boolean whole) {
        if (line.length == 0 || line[0] != '{') {
            return null;
        }
        Mapping body = whole ? parsed(line) : null;
        if (body == null) {
            body = line.length > LineSplitter.TEXT ? head(line) : Mapping.EMPTY;
        }
        String type = body.text("type");
        return type == null ? null : new AgentMessage(type, body);
    }

    private static @Nullable Mapping parsed(byte[] line) {
        try {
            Document document = Json.read(line);
            return document instanceof Mapping mapping ? mapping : null;
        } catch (MalformedDocumentException _) {
            return null;
        }
    }

    private static Mapping head(byte[] line) {
        Matcher keys = FIRST_KEYS.matcher(new String(line, 0, Math.min(HEAD, line.length), StandardCharsets.UTF_8));
        Mapping.Builder head = Mapping.builder();
        while (keys.find()) {
            head.put(keys.group(1),
                    keys.group(2) == null ? Scalar.bool(keys.group(3).equals("true")) : Scalar.text(keys.group(2)));
        }
        return head.build();
    }

    boolean isResponse() {
        return type.equals("response");
    }

    boolean isTrue(String key) {
        return isTrue(body, key);
    }

    static boolean isTrue(Mapping mapping, String key) {
        return mapping.get(key) instanceof Scalar scalar && scalar.isTrue();
    }

    /** The error that a response or an event names. */
    String error() {
        String error = body.text("error");
        error = error == null ? body.text("errorMessage") : error;
        return error == null ? "no reason given" : error;
    }
}
