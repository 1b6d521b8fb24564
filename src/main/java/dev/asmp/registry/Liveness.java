package dev.asmp.registry;

import org.jspecify.annotations.Nullable;

/** What probes know about services; the registry asks for it only where an answer is ordered by it. */
public interface Liveness {
    /** Nobody probes anything. */
    Liveness UNKNOWN = new Liveness() {
        @Override
        public @Nullable Boolean healthy(String name) {
            return null;
        }

        @Override
        public long revision() {
            return 0;
        }
    };

    /** The outcome of a service's last probe; null where it was not probed. */
    @Nullable
    Boolean healthy(String name);

    /** A number that changes whenever one of the outcomes does. */
    long revision();
}
