package dev.asmp.store;

/** A change or a question that an engine refuses, with the kind of refusal and one sentence that says why. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why something is refused. */
    public enum Reason {
        /** What was sent is not valid. */
        INVALID,
        /** The owner of the host does not allow it. */
        FORBIDDEN,
        /** It contradicts what is there already. */
        CONFLICT,
        /** It is not there. */
        NOT_FOUND,
        /** It is no longer what the caller has seen. */
        CHANGED_MEANWHILE,
        /** Only the owner of the host may do that. */
        OWNER_ONLY,
        /** Others come first; the same may succeed in a moment. */
        BUSY,
        /** There is no room for more. */
        FULL,
        /** It could not be saved, or the daemon is stopping; nothing was changed. */
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
