package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Printable;
import dev.asmp.wire.Reply;
import dev.asmp.wire.ServerSentEvent;
import dev.asmp.wire.StreamedBody;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reply with what only this server needs to send it: its media type, its entity tag, and another way to send a long body.
 *
 * @param tag the entity tag; null where it has not been computed
 * @param generation of the one entry that is answered, for its tag; negative for anything else
 * @param pieces writes the same body piece by piece; null where it cannot
 * @param held the memory that writing in pieces takes while a reader stalls
 */
record Answer(Reply reply, Type type, @Nullable String tag, long generation, @Nullable StreamedBody pieces, long held) {
    private static final long NONE = -1;
    private static final byte[] EMPTY = new byte[0];

    /** A media type, and whether answers of it have an entity tag. */
    record Type(@Nullable Header header, boolean hasTag) {
        static final Type JSON = of("application/json", true);
        static final Type FLEETING_JSON = of("application/json", false);
        static final Type METRICS = of("text/plain; version=0.0.4", false);
        /** Given by the reply's own headers, if at all. */
        static final Type UNSAID = new Type(null, false);
        static final Type EVENTS = of(ServerSentEvent.MEDIA_TYPE, false);

        static Type of(String mediaType, boolean hasTag) {
            return new Type(HeaderValues.createCached(HeaderNames.CONTENT_TYPE, mediaType), hasTag);
        }
    }

    private static Answer whole(int status, Type type, byte[] body) {
        return new Answer(new Reply(status, body), type, null, NONE, null, 0);
    }

    static Answer ok(byte[] json) {
        return whole(200, Type.JSON, json);
    }

    static Answer ok(Document document) {
        return ok(Json.write(document));
    }

    static Answer entry(int status, byte[] json, long generation) {
        return new Answer(new Reply(status, json), Type.JSON, null, generation, null, 0);
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

    /** JSON that is too long to be held in memory. */
    static Answer pieces(StreamedBody json, long held) {
        return new Answer(Reply.of(200), Type.FLEETING_JSON, null, NONE, json, held);
    }

    /** The same, which can also be sent piece by piece when memory for long answers is short. */
    Answer orInPieces(StreamedBody same, long holding) {
        return new Answer(reply, type, tag, generation, same, holding);
    }

    /** Tells whether it must be sent in pieces, since no complete body is there. */
    boolean isInPieces() {
        return pieces != null && reply.body().length == 0;
    }

    /** The same without the complete body, and so without a tag. */
    Answer piecesOnly() {
        return new Answer(new Reply(reply.status(), reply.headers(), EMPTY, reply.stream()), Type.FLEETING_JSON, null,
                generation, pieces, held);
    }

    static Answer events(StreamedBody stream) {
        return new Answer(Reply.streamed(Map.of(), stream), Type.EVENTS, null, NONE, null, 0);
    }

    /** A reply of another protocol on this server, which says everything in its own headers. */
    static Answer of(Reply reply) {
        return new Answer(reply, Type.UNSAID, null, NONE, null, 0);
    }

    static Answer error(int status, String message) {
        return error(status, message, Map.of());
    }

    /** An error; what its sentence quotes of a request is printable. */
    static Answer error(int status, String message, Map<String, String> headers) {
        return whole(status, Type.JSON, Reply.error(status, Printable.of(message)).body()).with(headers);
    }

    /** An error, with the problem of the very thing that was asked for. */
    static Answer error(int status, String message, @Nullable String problem) {
        return of(status, Mapping.builder().put("error", Printable.of(message)).put("problem", problem).build());
    }

    /** The same with these headers. */
    Answer with(Map<String, String> headers) {
        return new Answer(new Reply(reply.status(), headers, reply.body(), reply.stream()), type, tag, generation,
                pieces, held);
    }

    /** The same with its tag computed, for an answer that is sent many times. */
    Answer tagged() {
        return new Answer(reply, type, EntityTag.of(this), generation, pieces, held);
    }

    Answer as(Type other) {
        return new Answer(reply, other, tag, generation, pieces, held);
    }

    /** The same without an entity tag: the answer is about this moment. */
    Answer fleeting() {
        return as(Type.FLEETING_JSON);
    }
}
