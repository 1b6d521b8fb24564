package dev.asmp.http;

import dev.asmp.wire.Reply;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;

/** The answers to requests that the library refuses before a handler sees them, in the same envelope as all errors. */
final class LibraryRefusals {
    private LibraryRefusals() {}

    static DirectHandlers handlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, (_, event, status, _, message) -> refused(event, status, message));
        }
        return handlers.build();
    }

    private static DirectHandler.TransportResponse refused(DirectHandler.EventType event, Status status,
            String message) {
        // A handler's own failures never get here: an internal error is one of the parser, such as an odd method.
        boolean isOdd = event == DirectHandler.EventType.INTERNAL_ERROR;
        String reason = isOdd || (event == DirectHandler.EventType.BAD_REQUEST && status.equals(Status.BAD_REQUEST_400))
                ? "this is no valid request: look at its first line, its headers, its % escapes and its Host"
                : message == null || message.isBlank() ? status.reasonPhrase() : message;
        ServerResponseHeaders headers = ServerResponseHeaders.create();
        headers.set(HeaderNames.CONTENT_TYPE, "application/json").set(RequestHandler.NOSNIFF)
                .set(RequestHandler.SAME_ORIGIN);
        return DirectHandler.TransportResponse.builder().status(isOdd ? Status.BAD_REQUEST_400 : status)
                .headers(headers).keepAlive(event.keepAlive())
                .entity(Reply.error(status.code(), reason).body()).build();
    }
}
