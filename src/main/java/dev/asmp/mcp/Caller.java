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
 * @param isOwner whether it acts for the user whose environment this process has, with that user's tokens
 */
record Caller(Revision revision, String client, @Nullable McpSession session, RunningRequests running,
        @Nullable Set<ToolGroup> groups, boolean isOwner) {
    static Caller of(McpSession session, @Nullable Set<ToolGroup> groups) {
        return new Caller(session.revision(), session.client(), session, session.running(), groups, false);
    }

    /** A client without a session. */
    static Caller unknown(Revision revision, @Nullable Set<ToolGroup> groups) {
        return new Caller(revision, "mcp", null, new RunningRequests(), groups, false);
    }

    /** The same with the requests that it has under way elsewhere. */
    Caller running(RunningRequests others) {
        return new Caller(revision, client, session, others, groups, isOwner);
    }

    /** The same, acting for the owner or not. */
    Caller owner(boolean isOne) {
        return new Caller(revision, client, session, running, groups, isOne);
    }
}
