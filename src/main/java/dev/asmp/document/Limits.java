package dev.asmp.document;

/** What no document may exceed, whatever its syntax. */
public final class Limits {
    /** Bytes of a manifest, as shipped or as sent. */
    public static final int MANIFEST_BYTES = 256 * 1024;
    /** Bytes of an index file: a manifest written out again, indented, with the registry's own keys. */
    public static final int ENTRY_BYTES = 1024 * 1024;
    /** Mappings and lists inside one another; the document itself is the first. */
    public static final int DEPTH = 100;
    /** Nodes, each alias counted with all that it stands for. */
    public static final int NODES = 100_000;
    /** Nodes of an index file: those of a manifest, and what the registry adds to it. */
    public static final int ENTRY_NODES = NODES + 100;
    /** Characters of all scalars and keys. */
    public static final int CHARACTERS = 4 * 1024 * 1024;
    /** The same in YAML, each alias counted with all that it stands for: more than fits an index file. */
    public static final int YAML_CHARACTERS = ENTRY_BYTES;

    private Limits() {}
}
