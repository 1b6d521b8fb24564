package dev.asmp.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A refusal that is about HTTP itself, with its status. */
final class HttpError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, String> headers;
    private final @Nullable String problem;

    private HttpError(int status, String message, Map<String, String> headers, @Nullable String problem) {
        super(message);
        this.status = status;
        this.headers = headers;
        this.problem = problem;
    }

    HttpError(int status, String message) {
        this(status, message, status == 503 ? ErrorMapper.RETRY : Map.of(), null);
    }

    /** A refusal with the problem of the very thing that was asked for, where that is known. */
    HttpError(int status, String message, @Nullable String problem) {
        this(status, message, Map.of(), problem);
    }

    /** A request with a method that its path does not have. */
    static HttpError methodNotAllowed(String method, String path, String allowed) {
        return new HttpError(405, method + " is not allowed on " + path + "; allowed: " + allowed,
                Map.of("Allow", allowed), null);
    }

    Answer answer() {
        Answer answer = Answer.error(status, String.valueOf(getMessage()), problem);
        return headers.isEmpty() ? answer : answer.with(headers);
    }

    int status() {
        return status;
    }
}
