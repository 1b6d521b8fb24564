package dev.asmp.faults;

import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

/** A path on a {@link Disk}: one of the machine's own file system does the syntax. */
record DiskPath(DiskFileSystem files, Path path) implements Path {
    static Path plain(Path path) {
        return ((DiskPath) path).path;
    }

    private DiskPath with(Path other) {
        return other == null ? null : new DiskPath(files, other);
    }

    Path absolute() {
        return Path.of("/").resolve(path).normalize();
    }

    @Override
    public DiskFileSystem getFileSystem() {
        return files;
    }

    @Override
    public boolean isAbsolute() {
        return path.isAbsolute();
    }

    @Override
    public DiskPath getRoot() {
        return with(path.getRoot());
    }

    @Override
    public DiskPath getFileName() {
        return with(path.getFileName());
    }

    @Override
    public DiskPath getParent() {
        return with(path.getParent());
    }

    @Override
    public int getNameCount() {
        return path.getNameCount();
    }

    @Override
    public DiskPath getName(int index) {
        return with(path.getName(index));
    }

    @Override
    public DiskPath subpath(int from, int to) {
        return with(path.subpath(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        return path.startsWith(plain(other));
    }

    @Override
    public boolean endsWith(Path other) {
        return path.endsWith(plain(other));
    }

    @Override
    public DiskPath normalize() {
        return with(path.normalize());
    }

    @Override
    public DiskPath resolve(Path other) {
        return with(path.resolve(plain(other)));
    }

    @Override
    public DiskPath relativize(Path other) {
        return with(path.relativize(plain(other)));
    }

    @Override
    public URI toUri() {
        return path.toUri();
    }

    @Override
    public DiskPath toAbsolutePath() {
        return with(absolute());
    }

    @Override
    public DiskPath toRealPath(LinkOption... options) throws IOException {
        files.provider().checkAccess(this);
        return toAbsolutePath();
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
        return path.compareTo(plain(other));
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
