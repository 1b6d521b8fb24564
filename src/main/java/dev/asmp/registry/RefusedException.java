package dev.asmp.registry;

import dev.asmp.manifest.ServiceName;

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
        /** It is not there. */
        NOT_FOUND,
        /** It is not any more what somebody thinks it is. */
        CHANGED_MEANWHILE,
        /** Only the owner of the host may do that. */
        OWNER_ONLY,
        /** It could not be put on disk. */
        UNAVAILABLE
    }

    public RefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Says that there is no service of this name. */
    public static RefusedException notFound(String name) {
        return new RefusedException(Reason.NOT_FOUND, "Service '" + ServiceName.printable(name) + "' not found");
    }

    public Reason reason() {
        return reason;
    }
}
