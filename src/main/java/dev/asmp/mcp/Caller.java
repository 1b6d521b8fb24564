package dev.asmp.mcp;

import org.jspecify.annotations.Nullable;

/** In whose name a request is answered: the revision it speaks, who it says it is, and its session if it has one. */
record Caller(Revision revision, String client, @Nullable McpSession session) {
    static Caller of(McpSession session) {
        return new Caller(session.revision(), session.client(), session);
    }

    /** One of whom nothing is remembered. */
    static Caller unknown(Revision revision) {
        return new Caller(revision, "mcp", null);
    }
}
