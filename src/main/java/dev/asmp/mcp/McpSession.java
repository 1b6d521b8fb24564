package dev.asmp.mcp;

import dev.asmp.document.Mapping;

/** The state of a client that began with a handshake: the agreed revision, its name, its notices and its requests. */
record McpSession(String id, Revision revision, String client, NotificationQueue listener, RunningRequests running) {
    /** Who speaks, as far as it says; shown to people, believed for nothing. */
    static String clientOf(Mapping info) {
        String name = TextSanitizer.line(info.text("name"), 60);
        return name == null || name.isEmpty() ? "mcp" : name;
    }
}
