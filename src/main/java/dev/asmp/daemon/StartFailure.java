package dev.asmp.daemon;

/** The reason why the daemon cannot start, in one sentence for a person. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public StartFailure(String message) {
        super(message);
    }
}
