package dev.asmp.faults;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A file or a folder: as programs see it, and what of that has been forced. */
sealed abstract class DiskNode implements BasicFileAttributes {
    private final long id;
    private FileTime modified;

    DiskNode(long id, FileTime modified) {
        this.id = id;
        this.modified = modified;
    }

    void touch(FileTime now) {
        modified = now;
    }

    /** Makes all that was changed so far survive a power cut. */
    abstract void force();

    /** Gives up what was not forced yet: the system could not write it, and will not try again. */
    abstract void lose();

    /** The number of the first change that is not forced, or the largest number where there is none. */
    abstract long firstUnforced();

    /** What is left of this after a power cut. */
    abstract DiskNode survivor(Survival survival);

    /** The same as programs see it, all of it forced. */
    abstract DiskNode copy();

    /** The same with what is forced of it and what is not. */
    abstract DiskNode fork();

    static final class File extends DiskNode {
        private final FileBytes content;
        private final FileBytes forced;
        private final List<Change> unforced = new ArrayList<>();

        /** A write at a place, or a cut to that length where nothing is written. */
        private record Change(long sequence, long offset, byte[] written) {}

        File(long id, FileTime modified) {
            this(id, modified, new FileBytes());
        }

        private File(long id, FileTime modified, FileBytes forced) {
            this(id, modified, forced, forced.copy());
        }

        private File(long id, FileTime modified, FileBytes forced, FileBytes content) {
            super(id, modified);
            this.forced = forced;
            this.content = content;
        }

        byte[] read(long from, int most) {
            return content.read(from, most);
        }

        void write(long sequence, long offset, byte[] written) {
            content.write(offset, written);
            unforced.add(new Change(sequence, offset, written));
        }

        void truncate(long sequence, long length) {
            content.truncate(length);
            unforced.add(new Change(sequence, length, null));
        }

        @Override
        void force() {
            apply(new Survival(Survival.Mode.EVERYTHING, null, 0, 0), forced);
            unforced.clear();
        }

        private void apply(Survival survival, FileBytes target) {
            for (Change change : unforced) {
                if (change.written != null) {
                    survival.write(change.sequence, change.offset, change.written, target);
                } else if (survival.keeps(change.sequence)) {
                    target.truncate(change.offset);
                }
            }
        }

        @Override
        void lose() {
            unforced.clear();
        }

        @Override
        long firstUnforced() {
            return unforced.isEmpty() ? Long.MAX_VALUE : unforced.getFirst().sequence;
        }

        @Override
        File survivor(Survival survival) {
            FileBytes left = forced.copy();
            apply(survival, left);
            return new File(fileKey(), lastModifiedTime(), left);
        }

        @Override
        File copy() {
            return new File(fileKey(), lastModifiedTime(), content.copy());
        }

        @Override
        File fork() {
            File fork = new File(fileKey(), lastModifiedTime(), forced.copy(), content.copy());
            fork.unforced.addAll(unforced);
            return fork;
        }

        @Override
        public long size() {
            return content.length();
        }
    }

    static final class Folder extends DiskNode {
        private final Map<String, DiskNode> entries = new TreeMap<>();
        private final Map<String, DiskNode> forced = new TreeMap<>();
        private final List<Renaming> unforced = new ArrayList<>();

        /** One name goes, if there is one, and another comes, if there is one, in one step. */
        private record Renaming(long sequence, String gone, String come, DiskNode node) {
            Renaming of(Map<DiskNode, DiskNode> forks) {
                return new Renaming(sequence, gone, come,
                        node == null ? null : forks.computeIfAbsent(node, DiskNode::fork));
            }

            void apply(Map<String, DiskNode> names) {
                if (gone != null && (node == null || names.get(gone) == node)) {
                    names.remove(gone);
                }
                if (come != null) {
                    names.put(come, node);
                }
            }
        }

        Folder(long id, FileTime modified) {
            super(id, modified);
        }

        Map<String, DiskNode> entries() {
            return entries;
        }

        void change(long sequence, String gone, String come, DiskNode node) {
            Renaming renaming = new Renaming(sequence, gone, come, node);
            renaming.apply(entries);
            unforced.add(renaming);
        }

        @Override
        void force() {
            unforced.forEach(renaming -> renaming.apply(forced));
            unforced.clear();
        }

        @Override
        void lose() {
            unforced.clear();
        }

        @Override
        long firstUnforced() {
            long first = unforced.isEmpty() ? Long.MAX_VALUE : unforced.getFirst().sequence;
            return entries.values().stream().mapToLong(DiskNode::firstUnforced).reduce(first, Math::min);
        }

        @Override
        Folder survivor(Survival survival) {
            Map<String, DiskNode> left = new TreeMap<>(forced);
            unforced.stream().filter(renaming -> survival.keeps(renaming.sequence))
                    .forEach(renaming -> renaming.apply(left));
            return with(left, node -> node.survivor(survival));
        }

        @Override
        Folder copy() {
            return with(entries, DiskNode::copy);
        }

        @Override
        Folder fork() {
            IdentityHashMap<DiskNode, DiskNode> forks = new IdentityHashMap<>();
            Folder fork = new Folder(fileKey(), lastModifiedTime());
            entries.forEach((name, node) -> fork.entries.put(name, forks.computeIfAbsent(node, DiskNode::fork)));
            forced.forEach((name, node) -> fork.forced.put(name, forks.computeIfAbsent(node, DiskNode::fork)));
            unforced.forEach(renaming -> fork.unforced.add(renaming.of(forks)));
            return fork;
        }

        private Folder with(Map<String, DiskNode> names, UnaryOperator<DiskNode> copy) {
            Folder folder = new Folder(fileKey(), lastModifiedTime());
            names.forEach((name, node) -> folder.entries.put(name, copy.apply(node)));
            folder.forced.putAll(folder.entries);
            return folder;
        }

        @Override
        public long size() {
            return entries.size();
        }
    }

    @Override
    public FileTime lastModifiedTime() {
        return modified;
    }

    @Override
    public FileTime lastAccessTime() {
        return modified;
    }

    @Override
    public FileTime creationTime() {
        return modified;
    }

    @Override
    public boolean isRegularFile() {
        return this instanceof File;
    }

    @Override
    public boolean isDirectory() {
        return this instanceof Folder;
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }

    @Override
    public Long fileKey() {
        return id;
    }
}
