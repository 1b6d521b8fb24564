package dev.asmp.scan;

import java.nio.file.Path;

/** A listener told of each folder before a walk lists it: a watch in place by then misses nothing. */
@FunctionalInterface
public interface FolderListener {
    /** Takes a folder; a second time when it turns out to hold a file named like a manifest. */
    void visit(Path folder, boolean holdsManifest);
}
