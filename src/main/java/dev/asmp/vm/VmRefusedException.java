package dev.asmp.vm;

/** The fleet's registry will not do it; says which kind of refusal it is and why, in the words of the contract. */
public final class VmRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why something is refused. */
    public enum Reason {
        /** What was sent is not valid. */
        INVALID,
        /** The id is taken. */
        EXISTS,
        /** There is no room for more. */
        FULL,
        /** It could not be made to last; nothing was changed. */
        UNAVAILABLE
    }

    public VmRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    static VmRefusedException invalid(String message) {
        return new VmRefusedException(Reason.INVALID, message);
    }

    public Reason reason() {
        return reason;
    }
}
