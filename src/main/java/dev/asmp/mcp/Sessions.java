package dev.asmp.mcp;

import dev.asmp.document.Mapping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The sessions that are open over HTTP; where there are too many, the one that was not heard of for longest has to go. */
final class Sessions {
    private static final int MOST = 1_024;

    private final Map<String, Session> byId = new LinkedHashMap<>(64, 0.75f, true);
    private final Changes changes;

    Sessions(Changes changes) {
        this.changes = changes;
    }

    /** Begins a session as an {@code initialize} request asks for it. */
    static Session agreed(Mapping params) {
        return new Session(UUID.randomUUID().toString(), Revision.agreed(params.text("protocolVersion")),
                Session.clientOf(params.mapping("clientInfo")), new Listener(true));
    }

    synchronized Session open(Mapping params) {
        if (byId.size() >= MOST) {
            end(List.copyOf(byId.keySet()).getFirst());
        }
        Session session = agreed(params);
        changes.add(session.listener());
        byId.put(session.id(), session);
        return session;
    }

    synchronized @Nullable Session find(String id) {
        return byId.get(id);
    }

    /** Ends a session; tells whether there was one. */
    synchronized boolean end(String id) {
        Session session = byId.remove(id);
        if (session != null) {
            changes.remove(session.listener());
        }
        return session != null;
    }
}
