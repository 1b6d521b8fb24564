package dev.asmp.faults;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code java.nio.file} asks, passed on to a {@link Disk}. */
final class DiskProvider extends FileSystemProvider {
    private final Disk disk;

    DiskProvider(Disk disk) {
        this.disk = disk;
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        boolean writes = options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        DiskPath place = (DiskPath) path;
        DiskNode node = disk.open(place, writes && options.contains(StandardOpenOption.CREATE),
                writes && options.contains(StandardOpenOption.CREATE_NEW));
        DiskChannel channel = new DiskChannel(disk, place, node);
        if (options.contains(StandardOpenOption.APPEND)) {
            channel.position(channel.size());
        }
        return options.contains(StandardOpenOption.TRUNCATE_EXISTING) && writes ? channel.truncate(0) : channel;
    }

    @Override
    public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options,
            FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        List<Path> listed = new ArrayList<>();
        for (String name : disk.list((DiskPath) folder)) {
            Path path = folder.resolve(name);
            if (filter.accept(path)) {
                listed.add(path);
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                try {
                    disk.readFolder((DiskPath) folder);
                } catch (IOException e) {
                    throw new DirectoryIteratorException(e);
                }
                return listed.iterator();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
        disk.createFolder((DiskPath) folder);
    }

    @Override
    public void delete(Path path) throws IOException {
        disk.delete((DiskPath) path);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        Files.write(target, Files.readAllBytes(source), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        List<CopyOption> how = List.of(options);
        disk.move((DiskPath) source, (DiskPath) target, how.contains(StandardCopyOption.ATOMIC_MOVE)
                || how.contains(StandardCopyOption.REPLACE_EXISTING));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        disk.stat((DiskPath) path);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return type.cast(disk.stat((DiskPath) path));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        DiskNode node = disk.stat((DiskPath) path);
        return Map.of("size", node.size(), "isRegularFile", node.isRegularFile(), "isDirectory", node.isDirectory(),
                "isSymbolicLink", false, "lastModifiedTime", node.lastModifiedTime(), "ctime",
                node.lastModifiedTime(), "ino", node.fileKey());
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        if (!type.equals(BasicFileAttributeView.class)) {
            return null;
        }
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSameFile(Path one, Path other) {
        return one.toAbsolutePath().equals(other.toAbsolutePath());
    }

    @Override
    public boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    @Override
    public String getScheme() {
        return "disk";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException();
    }
}
