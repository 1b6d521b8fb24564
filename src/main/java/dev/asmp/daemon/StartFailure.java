package dev.asmp.daemon;

/** Why the daemon cannot start, in one sentence for the person who started it. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public StartFailure(String message) {
        super(message);
    }
}
