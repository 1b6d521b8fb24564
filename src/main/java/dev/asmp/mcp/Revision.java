package dev.asmp.mcp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The supported revisions of the protocol, the newest first. From 2026-07-28 on every request names its revision; before, a
 * handshake agrees on one.
 */
enum Revision {
    V2026_07_28("2026-07-28"), V2025_11_25("2025-11-25"), V2025_06_18("2025-06-18"), V2025_03_26("2025-03-26");

    /** Offered in a handshake to a client that asks for an unknown revision. */
    static final Revision NEWEST_WITH_HANDSHAKE = V2025_11_25;
    /** The revision of a message that names none, by the rule of the protocol. */
    static final Revision UNSAID = V2025_03_26;

    private final String written;

    Revision(String written) {
        this.written = written;
    }

    String written() {
        return written;
    }

    static List<String> all() {
        return List.of(values()).stream().map(Revision::written).toList();
    }

    static @Nullable Revision of(@Nullable String written) {
        for (Revision revision : values()) {
            if (revision.written.equals(written)) {
                return revision;
            }
        }
        return null;
    }

    /** The answer to the revision that a handshake asks for. */
    static Revision agreed(@Nullable String asked) {
        Revision revision = of(asked);
        return revision == null || !revision.hasHandshake() ? NEWEST_WITH_HANDSHAKE : revision;
    }

    /** Tells whether a session begins with a handshake. */
    boolean hasHandshake() {
        return this != V2026_07_28;
    }

    /** Tells whether a list of messages is accepted. */
    boolean hasBatches() {
        return this == V2025_03_26;
    }

    /** Tells whether a revision, known here or not, has no handshake: dates sort as text. */
    static boolean speaksForItself(String written) {
        return written.compareTo(V2026_07_28.written) >= 0;
    }
}
