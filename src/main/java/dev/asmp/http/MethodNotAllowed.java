package dev.asmp.http;

/** A request with a method that its path does not have. */
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
