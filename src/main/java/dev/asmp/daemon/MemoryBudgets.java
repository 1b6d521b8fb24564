package dev.asmp.daemon;

/**
 * The shares of the heap: the most bytes that each kind of thing from outside may hold. Together they fit the heap that the
 * launcher gives, so that no input can end the daemon for lack of memory. Each is enforced where its input enters.
 */
enum MemoryBudgets {
    /** Code, caches of libraries, threads, questions that clients wait for, and what the collector needs to work: not enforced. */
    BASE(48),
    /** Entries and proposals with their indexes and their evidence for the ranking. */
    INDEX(260),
    /** Names of removed entries and their generations. */
    NAMES(16),
    /** Manifests that a scan has read and the registry has not taken yet, and the paths of all that it found. */
    SCAN(24),
    /** What the scanner remembers of files, and the folders that are watched. */
    FILES(24),
    /** What is known of manifests that the registry refused. */
    REFUSALS(1),
    /** Changes that wait for a writer, and changes that listeners are to be told of. */
    QUEUES(24),
    /** Requests under way: bodies, and what is made of them. */
    REQUESTS(38),
    /** Answers that clients have not read yet. */
    RESPONSES(24),
    /** Connections with their threads, each up to 10 KB: their number is limited, and the bytes of long heads. */
    CONNECTIONS(28),
    /** Events kept for readers that come back, for services and VMs together. */
    EVENTS(16),
    /** Sessions, subscriptions and notices of MCP. */
    MCP(8),
    /** Notes about missing services that are pending. */
    NOTES(8),
    /** The health of the last 24 hours. */
    HISTORY(8),
    /** What the registries of other hosts share, and their answers while they are read. */
    PEERS(20),
    /** Agents: what they write, as far as it is held, and their results. */
    AGENTS(36),
    /** Entries of VMs. */
    VMS(104),
    /** Output of commands in VMs that clients have not read yet. */
    EXECS(4);

    private static final long MIB = 1024 * 1024;

    private final long bytes;

    MemoryBudgets(long mib) {
        this.bytes = mib * MIB;
    }

    long bytes() {
        return bytes;
    }
}
