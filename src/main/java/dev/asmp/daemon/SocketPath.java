package dev.asmp.daemon;

import dev.asmp.http.SocketFile;
import dev.asmp.manifest.Environment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The place of the Unix socket: the folder that systemd makes for the service, else the state folder, else, where that path is
 * too long for the kernel, a folder for temporary files of this account.
 */
final class SocketPath {
    static final String NAME = "asmp.sock";
    /** What the kernel allows, and the folder in which the socket is made before it is renamed. */
    private static final int LONGEST_FOLDER = 107 - "/.s1234567890123456789/s".length();
    private static final int GROUP_MAY_ENTER = 010;

    private SocketPath() {}

    /** The socket of a daemon; null where the file system has none. */
    static @Nullable SocketFile of(Environment environment) throws IOException {
        if (!environment.files().equals(FileSystems.getDefault())) {
            return null;
        }
        String runtime = environment.variable("RUNTIME_DIRECTORY");
        Path folder = runtime == null
                ? environment.stateFolder()
                : environment.files().getPath(runtime.split(":", 2)[0]);
        if (folder.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_FOLDER) {
            return new SocketFile(folder.resolve(NAME), isForGroup(folder));
        }
        return new SocketFile(shortFolder(environment, folder).resolve(NAME), false);
    }

    /** Tells whether the members of a folder's group may enter it. */
    private static boolean isForGroup(Path folder) throws IOException {
        return Files.getAttribute(folder, "unix:mode") instanceof Integer mode && (mode & GROUP_MAY_ENTER) != 0;
    }

    /** A folder of this account for the socket of one state folder: always the same, since the process may end without removing it. */
    private static Path shortFolder(Environment environment, Path state) throws IOException {
        String own = environment.variable("XDG_RUNTIME_DIR");
        Path parent = environment.files().getPath(own == null ? System.getProperty("java.io.tmpdir") : own);
        Path owner = parent.resolve("asmp-" + Integer.toHexString(state.toString().hashCode()) + "-"
                + Files.getAttribute(state, "unix:uid", LinkOption.NOFOLLOW_LINKS));
        StateFolder.makeOwn(owner);
        return owner;
    }
}
