package dev.asmp.mcp;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The client on whose behalf a request is answered.
 *
 * @param client its name, as far as it says
 * @param session null where it has none
 * @param running its requests under way
 * @param groups the groups of tools that it asks for; null where it asks for none
 */
record Caller(Revision revision, String client, @Nullable McpSession session, RunningRequests running,
        @Nullable Set<ToolGroup> groups) {
    static Caller of(McpSession session, @Nullable Set<ToolGroup> groups) {
        return new Caller(session.revision(), session.client(), session, session.running(), groups);
    }

    /** A client without a session. */
    static Caller unknown(Revision revision, @Nullable Set<ToolGroup> groups) {
        return new Caller(revision, "mcp", null, new RunningRequests(), groups);
    }

    /** The same with the requests that it has under way elsewhere. */
    Caller running(RunningRequests others) {
        return new Caller(revision, client, session, others, groups);
    }
}
