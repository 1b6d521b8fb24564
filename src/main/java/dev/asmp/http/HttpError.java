package dev.asmp.http;

import org.jspecify.annotations.Nullable;

/** A refusal that is about HTTP itself, with its status. */
final class HttpError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final @Nullable String problem;

    HttpError(int status, String message) {
        this(status, message, null);
    }

    HttpError(int status, String message, @Nullable String problem) {
        super(message);
        this.status = status;
        this.problem = problem;
    }

    /** What is the matter with the very thing that was asked for, where that is known. */
    @Nullable
    String problem() {
        return problem;
    }

    int status() {
        return status;
    }
}
