package dev.asmp.mcp;

import dev.asmp.document.Mapping;

/** What is remembered of a client that came with a handshake: what was agreed, who it is, what it wants to be told. */
record McpSession(String id, Revision revision, String client, NotificationQueue listener) {
    /** Who speaks, as far as it says; shown to people, believed for nothing. */
    static String clientOf(Mapping info) {
        String name = TextSanitizer.line(info.text("name"), 60);
        return name == null || name.isEmpty() ? "mcp" : name;
    }
}
