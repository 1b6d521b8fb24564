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
 * What is sent back: complete before its first byte leaves, or in pieces up to its end, or a stream that goes on until one
 * side has had enough.
 *
 * @param tag for whoever wants to know later whether it has changed; null where it is still to be made
 * @param generation that of the one entry which is answered, for its ETag; negative for all else
 */
record Answer(int status, Type type, byte[] body, List<Header> headers, @Nullable String tag, long generation,
        @Nullable StreamingBody pieces, @Nullable StreamingBody stream) {
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

    private static Answer whole(int status, Type type, byte[] body) {
        return new Answer(status, type, body, List.of(), null, NONE, null, null);
    }

    static Answer ok(byte[] json) {
        return whole(200, Type.JSON, json);
    }

    static Answer ok(Document document) {
        return ok(Json.write(document));
    }

    static Answer entry(int status, byte[] json, long generation) {
        return new Answer(status, Type.JSON, json, List.of(), null, generation, null, null);
    }

    static Answer created(byte[] json) {
        return whole(201, Type.JSON, json);
    }

    static Answer of(int status, Document document) {
        return whole(status, Type.JSON, Json.write(document));
    }

    static Answer metrics(String text) {
        return whole(200, Type.METRICS, text.getBytes(StandardCharsets.UTF_8));
    }

    /** JSON that is too long to be there as a whole. */
    static Answer pieces(StreamingBody json) {
        return new Answer(200, Type.FLEETING_JSON, EMPTY, List.of(), null, NONE, json, null);
    }

    /** The same, which may also be sent piece by piece where there is no room for the whole. */
    Answer orInPieces(StreamingBody same) {
        return new Answer(status, type, body, headers, tag, generation, same, stream);
    }

    /** Whether it is to be sent in pieces because it is not there as a whole. */
    boolean isInPieces() {
        return pieces != null && body.length == 0;
    }

    /** The same in pieces and in pieces only; no tag goes with them, since nobody knows all of them. */
    Answer piecesOnly() {
        return new Answer(status, Type.FLEETING_JSON, EMPTY, headers, null, generation, pieces, stream);
    }

    static Answer events(StreamingBody flow) {
        return new Answer(200, Type.EVENTS, EMPTY, List.of(), null, NONE, null, flow);
    }

    static Answer of(MountedHandler.Reply reply) {
        List<Header> headers = reply.headers().entrySet().stream()
                .map(header -> HeaderValues.create(HeaderNames.create(header.getKey()), header.getValue())).toList();
        return new Answer(reply.status(), Type.UNSAID, reply.body(), headers, null, NONE, null, reply.flow());
    }

    static Answer error(int status, String message, Header... headers) {
        return new Answer(status, Type.JSON, errorJson(message), List.of(headers), null, NONE, null, null);
    }

    Answer with(Header header) {
        return new Answer(status, type, body, Stream.concat(headers.stream(), Stream.of(header)).toList(), tag,
                generation, pieces, stream);
    }

    /** The same, its tag made once for all times that it is sent. */
    Answer tagged() {
        return new Answer(status, type, body, headers, EntityTag.of(this), generation, pieces, stream);
    }

    /** The same body, told to be of another type. */
    Answer as(Type other) {
        return new Answer(status, other, body, headers, tag, generation, pieces, stream);
    }

    /** The same, but nobody should ask whether it has changed: the answer is about this very moment. */
    Answer fleeting() {
        return as(Type.FLEETING_JSON);
    }

    static byte[] errorJson(String message) {
        return Json.write(Mapping.builder().put("error", message).build());
    }
}
