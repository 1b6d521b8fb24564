package dev.asmp.registry;

import java.util.Map;

/** The outcome of a scan's sightings: by name how each was accepted, or why it was not. */
public record Sightings(Map<String, Kind> accepted, Map<String, String> refused) {
    /** How a sighting was accepted. */
    public enum Kind {
        /** New to the index, or now from another source. */
        REGISTERED,
        /** Known already. */
        UPDATED
    }
}
