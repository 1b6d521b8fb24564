package dev.asmp.scan;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The changes that a watch reports: folders in which a file named like a manifest changed, and trees that appeared, were
 * replaced or are gone. With {@code everything}, reports were lost and anything may have changed.
 */
public record FolderChanges(Set<Path> folders, Set<Path> trees, boolean everything) {
    public static final FolderChanges NONE = new FolderChanges(Set.of(), Set.of(), false);

    public FolderChanges {
        folders = Set.copyOf(folders);
        trees = Set.copyOf(trees);
    }

    public boolean isEmpty() {
        return folders.isEmpty() && trees.isEmpty() && !everything;
    }

    /** These changes and those, taken together. */
    public FolderChanges and(FolderChanges more) {
        return isEmpty() ? more : more.isEmpty() ? this : union(more);
    }

    private FolderChanges union(FolderChanges more) {
        Set<Path> allFolders = new HashSet<>(folders);
        allFolders.addAll(more.folders);
        Set<Path> allTrees = new HashSet<>(trees);
        allTrees.addAll(more.trees);
        return new FolderChanges(allFolders, allTrees, everything || more.everything);
    }

    /** The same without what lies below one of the trees. */
    FolderChanges reduced() {
        Set<Path> fewerTrees = new HashSet<>(trees);
        fewerTrees.removeIf(tree -> isWithin(trees, tree.getParent()));
        Set<Path> fewerFolders = new HashSet<>(folders);
        fewerFolders.removeIf(folder -> isWithin(fewerTrees, folder));
        return new FolderChanges(fewerFolders, fewerTrees, everything);
    }

    /** Tells whether a path is one of these folders or lies below one. */
    static boolean isWithin(Set<Path> folders, @Nullable Path path) {
        if (!folders.isEmpty()) {
            for (Path at = path; at != null; at = at.getParent()) {
                if (folders.contains(at)) {
                    return true;
                }
            }
        }
        return false;
    }
}
