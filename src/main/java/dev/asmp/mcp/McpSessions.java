package dev.asmp.mcp;

import dev.asmp.document.Mapping;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The sessions that are open over HTTP; beyond a limit in number or memory, the one unused for longest
 * ends. */
final class McpSessions {
    private static final int MOST = 1_024;

    private final Map<String, McpSession> byId = new LinkedHashMap<>(64, 0.75f, true);
    private final ChangeBroadcast changes;

    McpSessions(ChangeBroadcast changes) {
        this.changes = changes;
    }

    /** Begins a session as an {@code initialize} request asks for it. */
    static McpSession agreed(Mapping params) {
        return new McpSession(UUID.randomUUID().toString(), Revision.agreed(params.text("protocolVersion")),
                McpSession.clientOf(params.mapping("clientInfo")), new NotificationQueue(true), new RunningRequests());
    }

    synchronized McpSession open(Mapping params) {
        McpSession session = agreed(params);
        while (byId.size() >= MOST || !changes.tryAdd(session.listener())) {
            if (byId.isEmpty()) {
                throw new RpcError(RpcError.INTERNAL_ERROR, "there is no memory for another session; try again later");
            }
            end(byId.keySet().iterator().next());
        }
        byId.put(session.id(), session);
        return session;
    }

    synchronized @Nullable McpSession find(String id) {
        return byId.get(id);
    }

    /** Ends a session; tells whether there was one. */
    synchronized boolean end(String id) {
        McpSession session = byId.remove(id);
        if (session != null) {
            changes.remove(session.listener());
        }
        return session != null;
    }
}
