package dev.asmp.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;

/** A channel to a file on a {@link Disk}, or to a folder, which can be forced and nothing else. */
final class DiskChannel extends FileChannel {
    private final Disk disk;
    private final DiskPath path;
    private final DiskNode node;
    private long position;

    DiskChannel(Disk disk, DiskPath path, DiskNode node) {
        this.disk = disk;
        this.path = path;
        this.node = node;
    }

    private DiskNode.File file() throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        if (node instanceof DiskNode.File file) {
            return file;
        }
        throw new FileSystemException(path.toString(), null, "Is a directory");
    }

    @Override
    public int read(ByteBuffer target, long from) throws IOException {
        byte[] bytes = disk.read(path, file(), from, target.remaining());
        target.put(bytes);
        return bytes.length == 0 ? -1 : bytes.length;
    }

    @Override
    public int write(ByteBuffer source, long at) throws IOException {
        byte[] bytes = new byte[source.remaining()];
        source.duplicate().get(bytes);
        disk.write(path, file(), at, bytes);
        source.position(source.limit());
        return bytes.length;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int read = read(target, position);
        position += Math.max(0, read);
        return read;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int written = write(source, position);
        position += written;
        return written;
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public DiskChannel position(long next) {
        position = next;
        return this;
    }

    @Override
    public long size() throws IOException {
        return file().size();
    }

    @Override
    public DiskChannel truncate(long size) throws IOException {
        if (size < size()) {
            disk.truncate(path, file(), size);
        }
        position = Math.min(position, size);
        return this;
    }

    @Override
    public void force(boolean metadata) throws IOException {
        disk.force(path, node);
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, 1 << 18));
        read(buffer, from);
        return target.write(buffer.flip());
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long from, long size, boolean shared) {
        return new FileLock(this, from, size, shared) {
            @Override
            public boolean isValid() {
                return isOpen();
            }

            @Override
            public void release() {}
        };
    }

    @Override
    public FileLock tryLock(long from, long size, boolean shared) {
        return lock(from, size, shared);
    }

    @Override
    protected void implCloseChannel() {}
}
