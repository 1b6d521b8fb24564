package dev.asmp.registry;

import dev.asmp.document.JsonSplice;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The probes' results, where the registry needs them for an answer. */
public interface Liveness {
    /** No service is probed. */
    Liveness UNKNOWN = new Liveness() {
        private final byte[] unknown = ",\"healthy\":null}".getBytes(StandardCharsets.US_ASCII);

        @Override
        public @Nullable Boolean healthy(String name) {
            return null;
        }

        @Override
        public byte[] members(String name) {
            return unknown;
        }

        @Override
        public long revision() {
            return 0;
        }
    };

    /** The outcome of a service's last probe; null where it was not probed. */
    @Nullable
    Boolean healthy(String name);

    /** The last probe's result as members for {@link JsonSplice}; the same array until there is another result. */
    byte[] members(String name);

    /** The entry of a name at this moment; null where there is none or it is not known. */
    default @Nullable Entry current(String name) {
        return null;
    }

    /** A number that changes with each result. */
    long revision();
}
