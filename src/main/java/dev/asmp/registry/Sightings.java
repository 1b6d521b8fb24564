package dev.asmp.registry;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The outcome of a scan's sightings: by name how each was accepted, or why it was not.
 *
 * @param lasting the names of those that are refused until the registry or the policy has changed
 */
public record Sightings(Map<String, Kind> accepted, Map<String, String> refused, Set<String> lasting) {
    /** An outcome to be filled. */
    Sightings() {
        this(new LinkedHashMap<>(), new LinkedHashMap<>(), new HashSet<>());
    }

    void add(Sightings other) {
        accepted.putAll(other.accepted);
        refused.putAll(other.refused);
        lasting.addAll(other.lasting);
    }

    /** How a sighting was accepted. */
    public enum Kind {
        /** New to the index, or now from another source. */
        REGISTERED,
        /** Known already. */
        UPDATED
    }
}
