package dev.asmp.faults;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that knows what would be left of it after a power cut, and that can fail.
 *
 * <pre>
 *   a call → fault? → power still on? → changes what programs see, unforced
 *   force  →                            what was unforced of one file, or of one folder's names, lasts
 *   cut    →                            another disk: the forced, and of the unforced what {@link Survival} leaves
 * </pre>
 */
public final class Disk {
    private static final int TRACED = 60;

    /** What can be asked of it. */
    public enum Call {
        OPEN, STAT, LIST, READ, CREATE, WRITE, TRUNCATE, FORCE, FORCE_FOLDER, MOVE, DELETE;

        boolean changes() {
            return compareTo(CREATE) >= 0;
        }
    }

    /** How a file system, or a program that uses it carelessly, breaks what a store relies on. */
    enum Defect {
        FILES_NOT_FORCED, FOLDERS_NOT_FORCED, RENAME_COPIES
    }

    /** Looks at each call before it is done, and may let it fail. */
    interface Fault {
        void before(Call call, Path path) throws IOException;
    }

    private final Set<Defect> defects;
    private final DiskFileSystem files = new DiskFileSystem(this);
    private final List<String> trace = new ArrayList<>();
    private final DiskNode.Folder root;
    private Fault fault = (_, _) -> {};
    private @Nullable List<Disk> moments;
    private long sequence;
    private long lastNode;
    private long cutAt = Long.MAX_VALUE;
    private boolean off;

    Disk(Set<Defect> defects) {
        this(defects, new DiskNode.Folder(1, FileTime.fromMillis(0)), 0, 1);
    }

    private Disk(Set<Defect> defects, DiskNode.Folder root, long sequence, long lastNode) {
        this.defects = EnumSet.noneOf(Defect.class);
        this.defects.addAll(defects);
        this.root = root;
        this.sequence = sequence;
        this.lastNode = lastNode;
    }

    FileSystem files() {
        return files;
    }

    /** Takes the power away before so many more changes are done. */
    synchronized void cutAfter(long changes) {
        cutAt = sequence + changes;
    }

    synchronized void cutNow() {
        off = true;
    }

    synchronized boolean isOff() {
        return off;
    }

    /** Lets calls fail; returns what let them fail so far. */
    synchronized Fault failBy(Fault next) {
        Fault before = fault;
        fault = next;
        return before;
    }

    /** Asks something while no call fails. */
    <T> T withoutFault(Supplier<T> question) {
        Fault now = failBy((_, _) -> {});
        try {
            return question.get();
        } finally {
            failBy(now);
        }
    }

    /** A disk with what is left of this one, with the power on again. */
    synchronized Disk afterCut(Survival.Mode mode, Random random) {
        Survival survival = new Survival(mode, random, Math.min(root.firstUnforced(), sequence), sequence);
        return new Disk(defects, root.survivor(survival), sequence, lastNode);
    }

    /** A disk that says what this one says now. */
    synchronized Disk copy() {
        return new Disk(defects, root.copy(), sequence, lastNode);
    }

    /** Keeps the disk as it is before each change from here on, until {@link #takeMoments}. */
    synchronized void keepMoments() {
        moments = new ArrayList<>();
    }

    synchronized List<Disk> takeMoments() {
        List<Disk> taken = moments == null ? List.of() : moments;
        moments = null;
        return taken;
    }

    /** The last calls that changed something. */
    synchronized List<String> trace() {
        return List.copyOf(trace);
    }

    private void enter(Call call, DiskPath path) throws IOException {
        if (off) {
            throw new PowerCut();
        }
        fault.before(call, path);
        if (call.changes()) {
            change(call, path);
        }
    }

    private void change(Call call, DiskPath path) throws IOException {
        if (sequence >= cutAt) {
            off = true;
            throw new PowerCut();
        }
        if (moments != null) {
            moments.add(new Disk(defects, root.fork(), sequence, lastNode));
        }
        sequence++;
        trace.add(sequence + " " + call + " " + path);
        if (trace.size() > 2 * TRACED) {
            trace.subList(0, TRACED).clear();
        }
    }

    private FileTime now() {
        return FileTime.fromMillis(1_763_632_800_000L + sequence);
    }

    /** The file or folder at a path. */
    synchronized DiskNode stat(DiskPath path) throws IOException {
        enter(Call.STAT, path);
        return find(path);
    }

    private DiskNode find(DiskPath path) throws IOException {
        DiskNode node = root;
        for (Path name : path.absolute()) {
            if (!(node instanceof DiskNode.Folder folder)) {
                throw new FileSystemException(path.toString(), null, "Not a directory");
            }
            node = folder.entries().get(name.toString());
            if (node == null) {
                throw new NoSuchFileException(path.toString());
            }
        }
        return node;
    }

    private DiskNode.Folder folderOf(DiskPath path) throws IOException {
        if (find(path.toAbsolutePath().getParent()) instanceof DiskNode.Folder folder) {
            return folder;
        }
        throw new NotDirectoryException(String.valueOf(path.getParent()));
    }

    private static String name(DiskPath path) {
        return path.getFileName().toString();
    }

    synchronized List<String> list(DiskPath path) throws IOException {
        enter(Call.LIST, path);
        if (find(path) instanceof DiskNode.Folder folder) {
            return List.copyOf(folder.entries().keySet());
        }
        throw new NotDirectoryException(path.toString());
    }

    /** Reads on in a folder that was opened. */
    synchronized void readFolder(DiskPath path) throws IOException {
        enter(Call.READ, path);
    }

    synchronized DiskNode open(DiskPath path, boolean create, boolean createNew) throws IOException {
        enter(Call.OPEN, path);
        boolean missing = (create || createNew) && !folderOf(path).entries().containsKey(name(path));
        if (createNew && !missing) {
            throw new FileAlreadyExistsException(path.toString());
        }
        return missing ? create(path, new DiskNode.File(++lastNode, now())) : find(path);
    }

    synchronized void createFolder(DiskPath path) throws IOException {
        if (folderOf(path).entries().containsKey(name(path))) {
            throw new FileAlreadyExistsException(path.toString());
        }
        create(path, new DiskNode.Folder(++lastNode, now()));
    }

    private DiskNode create(DiskPath path, DiskNode node) throws IOException {
        enter(Call.CREATE, path);
        folderOf(path).change(sequence, null, name(path), node);
        return node;
    }

    synchronized byte[] read(DiskPath path, DiskNode.File file, long from, int most) throws IOException {
        enter(Call.READ, path);
        return file.read(from, most);
    }

    synchronized void write(DiskPath path, DiskNode.File file, long offset, byte[] bytes) throws IOException {
        try {
            enter(Call.WRITE, path);
        } catch (FileSystemException e) {
            file.write(sequence, offset, Arrays.copyOf(bytes, bytes.length / 2)); // what still fitted
            throw e;
        }
        file.write(sequence, offset, bytes);
        file.touch(now());
    }

    synchronized void truncate(DiskPath path, DiskNode.File file, long length) throws IOException {
        enter(Call.TRUNCATE, path);
        file.truncate(sequence, length);
        file.touch(now());
    }

    synchronized void force(DiskPath path, DiskNode node) throws IOException {
        boolean folder = node.isDirectory();
        try {
            enter(folder ? Call.FORCE_FOLDER : Call.FORCE, path);
        } catch (FileSystemException e) {
            if (!folder) {
                node.lose();
            }
            throw e;
        }
        if (!defects.contains(folder ? Defect.FOLDERS_NOT_FORCED : Defect.FILES_NOT_FORCED)) {
            node.force();
        }
    }

    synchronized void delete(DiskPath path) throws IOException {
        DiskNode node = find(path);
        if (node instanceof DiskNode.Folder folder && !folder.entries().isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        enter(Call.DELETE, path);
        folderOf(path).change(sequence, name(path), null, null);
    }

    synchronized void move(DiskPath source, DiskPath target, boolean replace) throws IOException {
        DiskNode node = find(source);
        DiskNode.Folder folder = folderOf(target);
        DiskNode old = folder.entries().get(name(target));
        if (old != null && !replace) {
            throw new FileAlreadyExistsException(target.toString());
        }
        if (old instanceof DiskNode.Folder) {
            throw new FileSystemException(target.toString(), null, "Is a directory");
        }
        if (folder != folderOf(source)) {
            throw new UnsupportedOperationException("between folders");
        }
        if (defects.contains(Defect.RENAME_COPIES) && node instanceof DiskNode.File file) {
            copy(file, source, target);
            return;
        }
        enter(Call.MOVE, target);
        folder.change(sequence, name(source), name(target), node);
    }

    private void copy(DiskNode.File file, DiskPath source, DiskPath target) throws IOException {
        byte[] bytes = file.read(0, Integer.MAX_VALUE);
        DiskNode.File copy = (DiskNode.File) open(target, true, false);
        truncate(target, copy, 0);
        int half = bytes.length / 2;
        write(target, copy, 0, Arrays.copyOf(bytes, half));
        write(target, copy, half, Arrays.copyOfRange(bytes, half, bytes.length));
        force(target, copy);
        delete(source);
    }
}
