package dev.asmp.mcp;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.wire.Request;
import org.jspecify.annotations.Nullable;

/** A JSON-RPC message, by the kinds that a server distinguishes. */
sealed interface Message {
    /** The longest id. */
    int MAX_ID = 256;

    /** A message with an id, which is answered. */
    record Request(Scalar id, String method, Mapping params) implements Message {}

    /** A message without an id, which is not answered. */
    record Notice(String method, Mapping params) implements Message {}

    /** Answers a request that was never sent from here. */
    record Response() implements Message {}

    /** No valid message; the id is null where it cannot be read. */
    record Malformed(@Nullable Scalar id, RpcError error) implements Message {}

    static Message of(Document document) {
        if (!(document instanceof Mapping mapping)) {
            return malformed(null, "a message is an object, but this is " + document.kindName());
        }
        Document id = mapping.get("id");
        Scalar usable = id instanceof Scalar scalar && isId(scalar) ? scalar : null;
        if (!"2.0".equals(mapping.text("jsonrpc"))) {
            return malformed(usable, "\"jsonrpc\": \"2.0\" is missing");
        }
        if (mapping.get("method") == null && (mapping.get("result") != null || mapping.get("error") != null)) {
            return new Response();
        }
        if (!(mapping.get("method") instanceof Scalar method) || method.kind() != Scalar.Kind.TEXT) {
            return malformed(usable, "\"method\" is missing, or no text");
        }
        Document params = mapping.get("params");
        if (params != null && !(params instanceof Mapping)) {
            return malformed(usable, "\"params\" must be an object, but is " + params.kindName());
        }
        Mapping named = mapping.mapping("params");
        if (id == null) {
            return new Notice(method.text(), named);
        }
        return usable == null
                ? malformed(null, "\"id\" must be text of at most " + MAX_ID + " characters or a whole number; leave it"
                        + " out where no answer is wanted")
                : new Request(usable, method.text(), named);
    }

    private static boolean isId(Scalar scalar) {
        return (scalar.kind() == Scalar.Kind.TEXT && scalar.text().length() <= MAX_ID)
                || (scalar.kind() == Scalar.Kind.NUMBER && scalar.text().matches("-?[0-9]{1,18}"));
    }

    private static Malformed malformed(@Nullable Scalar id, String problem) {
        return new Malformed(id, new RpcError(RpcError.INVALID_REQUEST, "this is no JSON-RPC message: " + problem));
    }

    static Mapping result(Scalar id, Mapping result) {
        return Mapping.builder().put("jsonrpc", "2.0").put("id", id).put("result", result).build();
    }

    /** An error; without an id where the request could not be read, as the protocol wants it. */
    static Mapping error(@Nullable Scalar id, RpcError error) {
        return Mapping.builder().put("jsonrpc", "2.0").put("id", id).put("error", error.document()).build();
    }

    static Mapping notice(String method, Mapping params) {
        return Mapping.builder().put("jsonrpc", "2.0").put("method", method)
                .put("params", params.isEmpty() ? null : params).build();
    }

    /** The reason why a list of messages is refused; null where it is accepted. */
    static @Nullable RpcError batchProblem(Sequence batch, Revision revision) {
        if (!revision.hasBatches()) {
            return new RpcError(RpcError.INVALID_REQUEST, "a list of messages is not part of revision "
                    + revision.written() + " of the protocol: send one message at a time");
        }
        return batch.items().isEmpty() || batch.items().size() > 100
                ? new RpcError(RpcError.INVALID_REQUEST, "a list holds 1 to 100 messages, but this has "
                        + batch.items().size())
                : null;
    }
}
