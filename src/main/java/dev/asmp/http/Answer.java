package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is sent back: complete before its first byte leaves, or a stream that goes on until one side has had enough.
 *
 * @param generation that of the one entry which is answered, for its ETag; negative for all else
 */
record Answer(int status, Type type, byte[] body, List<Header> headers, long generation, @Nullable Flow flow) {
    private static final long NONE = -1;
    private static final byte[] EMPTY = new byte[0];

    /** What a body is, and whether a client may ask to be spared one that it has already. */
    record Type(@Nullable Header header, boolean hasTag) {
        static final Type JSON = of("application/json", true);
        static final Type FLEETING_JSON = of("application/json", false);
        static final Type METRICS = of("text/plain; version=0.0.4", false);
        /** Told by the answer's own headers, or nothing at all. */
        static final Type UNSAID = new Type(null, false);
        static final Type EVENTS = of("text/event-stream", false);

        static Type of(String mediaType, boolean hasTag) {
            return new Type(HeaderValues.createCached(HeaderNames.CONTENT_TYPE, mediaType), hasTag);
        }
    }

    static Answer ok(byte[] json) {
        return new Answer(200, Type.JSON, json, List.of(), NONE, null);
    }

    static Answer ok(Document document) {
        return ok(Json.write(document));
    }

    static Answer entry(byte[] json, long generation) {
        return new Answer(200, Type.JSON, json, List.of(), generation, null);
    }

    static Answer created(byte[] json) {
        return new Answer(201, Type.JSON, json, List.of(), NONE, null);
    }

    static Answer of(int status, Document document) {
        return new Answer(status, Type.JSON, Json.write(document), List.of(), NONE, null);
    }

    static Answer metrics(String text) {
        return new Answer(200, Type.METRICS, text.getBytes(StandardCharsets.UTF_8), List.of(), NONE,
                null);
    }

    static Answer events(Flow flow) {
        return new Answer(200, Type.EVENTS, EMPTY, List.of(), NONE, flow);
    }

    static Answer of(Guest.Reply reply) {
        List<Header> headers = reply.headers().entrySet().stream()
                .map(header -> HeaderValues.create(HeaderNames.create(header.getKey()), header.getValue())).toList();
        return new Answer(reply.status(), Type.UNSAID, reply.body(), headers, NONE, reply.flow());
    }

    static Answer error(int status, String message, Header... headers) {
        return new Answer(status, Type.JSON, errorJson(message), List.of(headers), NONE, null);
    }

    Answer with(Header header) {
        return new Answer(status, type, body, Stream.concat(headers.stream(), Stream.of(header)).toList(), generation,
                flow);
    }

    /** The same body, told to be of another type. */
    Answer as(Type other) {
        return new Answer(status, other, body, headers, generation, flow);
    }

    /** The same, but nobody should ask whether it has changed: the answer is about this very moment. */
    Answer fleeting() {
        return as(Type.FLEETING_JSON);
    }

    static byte[] errorJson(String message) {
        return Json.write(Mapping.builder().put("error", message).build());
    }
}
