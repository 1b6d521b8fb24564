package dev.asmp.http;

import dev.asmp.document.MalformedDocumentException;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.store.RefusedException;
import dev.asmp.vers.VersException;
import java.util.Map;
import java.util.function.Consumer;

/** The one place where an error becomes a status code. */
final class ErrorMapper {
    /** Goes with every 503. */
    static final Map<String, String> RETRY = Map.of("Retry-After", "1");

    private final Consumer<String> log;

    ErrorMapper(Consumer<String> log) {
        this.log = log;
    }

    Answer answer(RuntimeException error, String request) {
        String message = String.valueOf(error.getMessage());
        return switch (error) {
            case HttpError http -> http.status() == 401 ? unauthorized(message) : http.answer();
            case MalformedDocumentException _,InvalidDocumentException _ -> Answer.error(400, message);
            case RefusedException refused -> switch (refused.reason()) {
                case INVALID -> Answer.error(400, message);
                case FORBIDDEN -> Answer.error(403, message);
                case NOT_FOUND -> Answer.error(404, message);
                case CONFLICT -> Answer.error(409, message);
                case CHANGED_MEANWHILE -> Answer.error(412, message);
                case OWNER_ONLY -> unauthorized(message);
                case BUSY, FULL, UNAVAILABLE -> Answer.error(503, message, RETRY);
            };
            case VersException vers -> vers(vers, message);
            default -> defect(error, request);
        };
    }

    /** An error of Vers is ours only where it is about what was asked for. */
    private static Answer vers(VersException error, String message) {
        return switch (error.status()) {
            case 400, 404, 409 -> Answer.error(error.status(), message);
            case 422 -> Answer.error(400, message);
            case 401, 402, 403 -> Answer.error(409, message);
            default -> Answer.error(503, message, RETRY);
        };
    }

    private static Answer unauthorized(String message) {
        return Answer.error(401, message, Map.of("WWW-Authenticate", "Bearer realm=\"asmp\""));
    }

    private Answer defect(RuntimeException error, String request) {
        StackTraceElement[] stack = error.getStackTrace();
        log.accept("defect while answering " + request + ": " + error
                + (stack.length > 0 ? " at " + stack[0] : ""));
        return Answer.error(500, "the registry failed to answer; its log says more");
    }
}
