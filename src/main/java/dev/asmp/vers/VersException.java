package dev.asmp.vers;

/** A call to the Vers API that failed: what was asked, with which status, and what the reply said. */
public final class VersException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** The status of a call without a reply: the connection failed or the time was over. */
    public static final int NO_REPLY = 0;

    private final String method;
    private final String path;
    private final int status;
    private final String body;

    VersException(String method, String path, int status, String body) {
        super(sentence(method, path, status, body));
        this.method = method;
        this.path = path;
        this.status = status;
        this.body = body;
    }

    private static String sentence(String method, String path, int status, String body) {
        String call = method + " " + path.replaceFirst("\\?.*", "");
        return switch (status) {
            case NO_REPLY -> "the Vers API did not answer " + call + ": " + body;
            case 401 -> "the Vers API refused the key (401 to " + call + "): " + body;
            default -> "the Vers API answered " + call + " with " + status + (body.isEmpty() ? "" : ": " + body);
        };
    }

    public String method() {
        return method;
    }

    public String path() {
        return path;
    }

    public int status() {
        return status;
    }

    /** What the reply said, in a few kilobytes. */
    public String body() {
        return body;
    }

    /** Tells whether the call may have had its effect although it failed. */
    public boolean mayHaveHappened() {
        return status == NO_REPLY || status >= 500;
    }

    /** Tells whether the same call may succeed later. */
    public boolean isPassing() {
        return status == NO_REPLY || status == 408 || status == 429 || status >= 500;
    }
}
