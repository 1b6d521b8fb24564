package dev.asmp.mcp;

import dev.asmp.document.Mapping;

/** What is remembered of a client that came with a handshake: what was agreed, who it is, what it wants to be told. */
record Session(String id, Revision revision, String client, Listener listener) {
    /** Who speaks, as far as it says; shown to people, believed for nothing. */
    static String clientOf(Mapping info) {
        String name = Clean.line(info.text("name"), 60);
        return name == null || name.isEmpty() ? "mcp" : name;
    }
}
