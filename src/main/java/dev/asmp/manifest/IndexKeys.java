package dev.asmp.manifest;

import java.util.Set;

/** The keys that the registry adds to a manifest when it becomes an entry. They are its own: no manifest may set them. */
public final class IndexKeys {
    public static final String SOURCE = "source";
    public static final String LAST_SEEN = "last_seen";
    public static final String GENERATION = "generation";
    public static final String SYNC = "sync";
    public static final String STATUS = "status";
    public static final String HOST = "host";
    /** The keys of the index file alone: its format, the digest of the source, the end of an announce. */
    public static final String BOOKKEEPING = "x-asmp";
    /** The keys of an answer about content that waits for approval, or was rejected. */
    public static final String APPROVAL = "approval";

    /** Those that no patch may change. */
    public static final Set<String> KEPT = Set.of(SOURCE, LAST_SEEN, GENERATION, SYNC, STATUS, HOST,
            BOOKKEEPING);

    /** Also those that an answer adds, since a whole answer may be posted back. */
    public static final Set<String> ALL = Set.of(SOURCE, LAST_SEEN, GENERATION, SYNC, STATUS, HOST, BOOKKEEPING,
            APPROVAL, "match", "healthy", "latency_ms", "last_check", "health_error", "error",
            "problem");

    private IndexKeys() {}
}
