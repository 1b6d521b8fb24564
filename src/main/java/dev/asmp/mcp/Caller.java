package dev.asmp.mcp;

import dev.asmp.document.Mapping;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The client on whose behalf a request is answered.
 *
 * @param client its name, as far as it says
 * @param session null where it has none
 * @param running its requests under way
 * @param groups the groups of tools that it asks for; null where it asks for none
 * @param notices takes notices for it while a request is answered; null where they cannot be sent then
 * @param isOwner whether it acts for the user whose environment this process has, with that user's tokens
 */
record Caller(Revision revision, String client, @Nullable McpSession session, RunningRequests running,
        @Nullable Set<ToolGroup> groups, boolean isOwner, @Nullable Consumer<Mapping> notices) {
    static Caller of(McpSession session, @Nullable Set<ToolGroup> groups) {
        return new Caller(session.revision(), session.client(), session, session.running(), groups, false, null);
    }

    /** A client without a session. */
    static Caller unknown(Revision revision, @Nullable Set<ToolGroup> groups) {
        return new Caller(revision, "mcp", null, new RunningRequests(), groups, false, null);
    }

    /** The same with the requests that it has under way elsewhere. */
    Caller running(RunningRequests others) {
        return new Caller(revision, client, session, others, groups, isOwner, notices);
    }

    /** The same, acting for the owner or not. */
    Caller owner(boolean isOne) {
        return new Caller(revision, client, session, running, groups, isOne, notices);
    }

    /** The same, told of what happens while its request is answered. */
    Caller telling(Consumer<Mapping> told) {
        return new Caller(revision, client, session, running, groups, isOwner, told);
    }
}
