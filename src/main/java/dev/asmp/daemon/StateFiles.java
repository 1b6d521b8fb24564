package dev.asmp.daemon;

import dev.asmp.manifest.ServiceName;
import java.util.List;

/** The files of the state folder that make up a registry, by the names that an export gives them. */
final class StateFiles {
    static final String PROFILE = "host.yaml";
    /** Folders with a file for each service. */
    static final List<String> FOLDERS = List.of("services", "pending", "replaced");
    /** Files; those that only grow are exported in parts. */
    static final List<String> FILES = List.of("generations", "last-scan.json", "discoveries.jsonl", "vms.jsonl",
            HealthHistoryFile.NAME);
    /** What is made from the others. */
    static final String SNAPSHOT = "snapshot.bin";
    private static final String SUFFIX = ".asmp.yaml";

    private StateFiles() {}

    /** Tells whether a registry has a file of this name, so that an export can name no other. */
    static boolean isKnown(String name) {
        if (name.equals(PROFILE) || FILES.contains(name)) {
            return true;
        }
        int slash = name.indexOf('/');
        return slash > 0 && FOLDERS.contains(name.substring(0, slash)) && name.endsWith(SUFFIX)
                && ServiceName.isValid(name.substring(slash + 1, name.length() - SUFFIX.length()));
    }
}
