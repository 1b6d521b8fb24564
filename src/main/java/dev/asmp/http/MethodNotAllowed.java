package dev.asmp.http;

/** A path that knows other methods than the one asked for. */
final class MethodNotAllowed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String allowed;

    MethodNotAllowed(String method, String path, String allowed) {
        super(method + " is not allowed on " + path + "; allowed: " + allowed);
        this.allowed = allowed;
    }

    String allowed() {
        return allowed;
    }
}
