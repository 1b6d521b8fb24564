package dev.asmp.http;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Another protocol that is spoken on a path of this server, by a room that knows nothing of the server. */
@FunctionalInterface
public interface MountedHandler {
    /** Answers a request that the gate let pass; a header is asked for by its name in lower case. */
    Reply answer(String method, UnaryOperator<@Nullable String> headers, byte[] body);

    /** A status, headers, and a body that is complete or, where there is a flow, still to be written. */
    record Reply(int status, Map<String, String> headers, byte[] body, @Nullable StreamingBody flow) {}
}
