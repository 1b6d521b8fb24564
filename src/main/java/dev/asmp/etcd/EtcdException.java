package dev.asmp.etcd;

import dev.asmp.store.RefusedException;
import java.io.IOException;

/** A request that etcd did not carry out, or that no member answered. */
final class EtcdException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What went wrong. */
    enum Kind {
        /** No member answered, or there is no leader. The same may succeed in a moment. */
        AWAY,
        /** Certificates or passwords do not fit: nothing will change until a person does something. */
        SETUP,
        /** The database has reached its quota. */
        FULL,
        /** The revision that was asked for is compacted. */
        COMPACTED,
        /** The lease has expired. */
        NO_LEASE,
        /** etcd does not take the request. */
        REFUSED
    }

    EtcdException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** The refusal of a change that could not be saved for this reason. */
    RefusedException refusal() {
        return kind == Kind.FULL
                ? new RefusedException(RefusedException.Reason.FULL,
                        "etcd is full, nothing was changed: " + getMessage())
                : new RefusedException(RefusedException.Reason.UNAVAILABLE,
                        "could not be saved in etcd: " + getMessage());
    }
}
