package dev.asmp.http;

/** A request that HTTP itself has a status for. */
final class HttpError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final boolean closing;

    HttpError(int status, String message) {
        this(status, message, false);
    }

    /** With {@code closing} the rest of the request was not read, so the connection cannot serve another one. */
    HttpError(int status, String message, boolean closing) {
        super(message);
        this.status = status;
        this.closing = closing;
    }

    int status() {
        return status;
    }

    boolean isClosing() {
        return closing;
    }
}
