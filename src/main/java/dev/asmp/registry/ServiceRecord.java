package dev.asmp.registry;

import dev.asmp.manifest.Printable;
import dev.asmp.store.RefusedException;

/** A service after a claim about it: in service, or proposed to the owner. */
public sealed interface ServiceRecord permits Entry, Proposal {
    String name();

    /** The refusal where there is no service of a name. */
    static RefusedException notFound(String name) {
        return new RefusedException(RefusedException.Reason.NOT_FOUND,
                "Service '" + Printable.of(name) + "' not found");
    }
}
