package dev.asmp.mcp;

import dev.asmp.document.Mapping;

/** The state of a client that began with a handshake: the agreed revision, its name, its notices and its requests. */
record McpSession(String id, Revision revision, String client, NotificationQueue listener, RunningRequests running) {
    /** The client's name for itself, shown to people; no decision depends on it. */
    static String clientOf(Mapping info) {
        String name = TextSanitizer.line(info.text("name"), 60);
        return name == null || name.isEmpty() ? "mcp" : name;
    }
}
