package dev.asmp.http;

import dev.asmp.document.MalformedDocumentException;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.registry.RefusedException;
import java.util.function.Consumer;

/** The one place where an error becomes a status code. */
final class Errors {
    private final Consumer<String> log;

    Errors(Consumer<String> log) {
        this.log = log;
    }

    Answer answer(RuntimeException error, String request) {
        String message = String.valueOf(error.getMessage());
        return switch (error) {
            case MethodNotAllowed method -> Answer.methodNotAllowed(message, method.allowed());
            case HttpError http -> Answer.error(http.status(), message);
            case MalformedDocumentException _,InvalidDocumentException _ -> Answer.error(400, message);
            case RefusedException refused -> Answer.error(switch (refused.reason()) {
                case FORBIDDEN -> 403;
                case CONFLICT -> 409;
                case UNAVAILABLE -> 503;
            }, message);
            default -> defect(error, request);
        };
    }

    private Answer defect(RuntimeException error, String request) {
        StackTraceElement[] stack = error.getStackTrace();
        log.accept("defect while answering " + request + ": " + error
                + (stack.length > 0 ? " at " + stack[0] : ""));
        return Answer.error(500, "the registry failed to answer; its log says more");
    }
}
