package dev.asmp.registry;

/** The registry understood and will not do it; says which kind of refusal it is and why, in one sentence. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why something is refused. */
    public enum Reason {
        /** The owner of the host does not want it. */
        FORBIDDEN,
        /** It contradicts what is there already. */
        CONFLICT,
        /** It could not be put on disk; nothing was changed. */
        UNAVAILABLE
    }

    public RefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
