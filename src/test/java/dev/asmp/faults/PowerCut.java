package dev.asmp.faults;

import java.io.IOException;

/** The failure of every call to a {@link Disk} whose power is off. */
final class PowerCut extends IOException {
    private static final long serialVersionUID = 1L;

    PowerCut() {
        super("the power is off");
    }
}
