package dev.asmp.mcp;

/** A tool could not do what it was asked; the message tells the model why, and what to do next. */
final class ToolFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ToolFailure(String message) {
        super(message);
    }
}
