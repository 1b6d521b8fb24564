package dev.asmp.http;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket. It is made in a folder that only this account can enter, gets its permissions there, and is then renamed into
 * place, so that nobody can connect before. The kernel tells the account of each client.
 */
public final class SocketFile implements HttpListener.Binding {
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> GROUP = PosixFilePermissions.fromString("rw-rw----");

    private final Path path;
    private final boolean isForGroup;
    private volatile @Nullable Object key;
    private volatile @Nullable UserPrincipal owner;

    /** @param isForGroup whether the members of its folder's group may connect, and not only the owner */
    public SocketFile(Path path, boolean isForGroup) {
        this.path = path;
        this.isForGroup = isForGroup;
    }

    public Path path() {
        return path;
    }

    @Override
    public Ingress kind() {
        return Ingress.OWNER_SOCKET;
    }

    @Override
    public Ingress ingress(SocketChannel accepted) throws IOException {
        try {
            return accepted.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(owner)
                    ? Ingress.OWNER_SOCKET
                    : Ingress.GROUP_SOCKET;
        } catch (UnsupportedOperationException _) {
            return isForGroup ? Ingress.GROUP_SOCKET : Ingress.OWNER_SOCKET; // the permissions alone tell
        }
    }

    @Override
    public ServerSocketChannel bind(int backlog) throws IOException {
        refuseToReplace();
        Path folder = Files.createTempDirectory(parent(), ".s");
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            Path fresh = folder.resolve("s");
            channel.bind(UnixDomainSocketAddress.of(fresh), backlog);
            Files.setPosixFilePermissions(fresh, isForGroup ? GROUP : OWNER);
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
            key = attributes().fileKey();
            owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        } finally {
            Files.deleteIfExists(folder.resolve("s"));
            Files.delete(folder);
        }
    }

    private Path parent() {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " has no folder");
        }
        return parent;
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Refuses to replace anything but a socket that nothing listens on. */
    private void refuseToReplace() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!attributes().isOther()) {
            throw new IOException(path + " is in the way: it is not a socket");
        }
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException("another program listens on " + client.getRemoteAddress());
        } catch (java.net.SocketException _) {
            // Refused: it was left by a process that ended without removing it.
        }
    }

    /** Removes the file, if it still is this socket's. */
    @Override
    public void close() {
        try {
            if (key != null && attributes().fileKey().equals(key)) {
                Files.delete(path);
            }
        } catch (IOException _) {
            // It is gone, or its folder is.
        }
    }
}
