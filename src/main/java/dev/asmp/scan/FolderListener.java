package dev.asmp.scan;

import java.nio.file.Path;

/** Is told of each folder that a walk goes through, before the walk looks into it: who watches first misses nothing. */
@FunctionalInterface
public interface FolderListener {
    /** Takes note of a folder; a second time when it turns out to hold something that is named like a manifest. */
    void visit(Path folder, boolean holdsManifest);
}
