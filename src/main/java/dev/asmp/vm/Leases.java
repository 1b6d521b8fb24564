package dev.asmp.vm;

import dev.asmp.document.Mapping;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names of which one process at a time has hold, among several that share a store. A hold ends soon after its process, or after
 * the process is cut off from the store; what it writes then is refused, whatever it believes itself.
 */
public interface Leases extends AutoCloseable {
    /**
     * Takes a name that no process has. Returns the facts under a key as the last holder left them, empty where there are none;
     * null where another process has the name.
     */
    @Nullable
    Mapping take(String name, String key);

    /** Tells whether this process has a name, as far as it can know. */
    boolean holds(String name);

    /** The names that processes have, this one's too. */
    Set<String> held();

    /** Keeps facts as the store does, provided that this process still has the name; else they are refused as a conflict. */
    void keep(String name, String key, @Nullable Mapping facts);

    /** Gives a name back. */
    void release(String name);

    /** Prolongs the holds; due every few seconds. */
    void renew();

    /** Gives all names back. */
    @Override
    void close();
}
