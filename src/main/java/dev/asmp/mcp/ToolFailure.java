package dev.asmp.mcp;

/** A failed call; the message tells the model the reason and the next step. */
final class ToolFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ToolFailure(String message) {
        super(message);
    }
}
