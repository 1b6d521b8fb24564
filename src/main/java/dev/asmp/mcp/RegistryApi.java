package dev.asmp.mcp;

import org.jspecify.annotations.Nullable;

/** The registry's HTTP contract, wherever the registry is: in this process, on this machine, or far away. */
@FunctionalInterface
public interface RegistryApi {
    /** Sends a request, with a JSON body or none; {@link Unreachable} says that nobody answered, and where. */
    Reply call(String method, String path, byte @Nullable [] json);

    /** A status, the JSON that came with it, and what the caller should know about how it came about, if anything. */
    record Reply(int status, byte[] body, @Nullable String notice) {
        public Reply(int status, byte[] body) {
            this(status, body, null);
        }
    }

    /** No registry answered; the message says where it was looked for and what can be done. */
    final class Unreachable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Unreachable(String message) {
            super(message);
        }
    }
}
