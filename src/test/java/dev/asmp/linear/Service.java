package dev.asmp.linear;

import org.jspecify.annotations.Nullable;

/**
 * The contract of one name, one call after the other: a register with a generation that grows by one with each change, does
 * not go back when the service is removed, and may be required by a change.
 *
 * @param said its content; null while it is not there
 */
record Service(@Nullable String said, long generation) {
    static final Service NONE = new Service(null, 0);

    /** The service after a call, or null where the call's answer contradicts what is there. */
    @Nullable
    Service after(Call call) {
        return switch (call.outcome()) {
            case NOT_FOUND -> said == null && call.kind() != Call.Kind.ANNOUNCE ? this : null;
            case CHANGED_MEANWHILE -> said != null && generation != call.expected() ? this : null;
            case DONE -> switch (call.kind()) {
                case ANNOUNCE -> changed(call);
                case PATCH -> isThereFor(call) ? changed(call) : null;
                case DELETE -> isThereFor(call) ? new Service(null, generation) : null;
                case GET -> call.generation() == generation && call.said() != null && call.said().equals(said)
                        ? this
                        : null;
            };
        };
    }

    private @Nullable Service changed(Call call) {
        return call.generation() == generation + 1 ? new Service(call.said(), call.generation()) : null;
    }

    private boolean isThereFor(Call call) {
        return said != null && (call.expected() == 0 || call.expected() == generation);
    }
}
