package dev.asmp.cli;

import dev.asmp.document.IoReason;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings file of another program: replaced in one step, with a backup beside it. */
final class SettingsFile {
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final String text;

    private SettingsFile(Path path, String text) {
        this.path = path;
        this.text = text;
    }

    /** Reads the file, or nothing where there is none; a link is followed, so that it stays a link. */
    static SettingsFile read(Path path) {
        try {
            Path real = Files.exists(path) ? path.toRealPath() : path;
            return new SettingsFile(real, Files.readString(real));
        } catch (NoSuchFileException _) {
            return new SettingsFile(path, "");
        } catch (CharacterCodingException _) {
            throw new CommandFailure(path + " is not UTF-8; nothing was changed");
        } catch (IOException e) {
            throw new CommandFailure(path + " cannot be read: " + IoReason.of(e, path));
        }
    }

    String text() {
        return text;
    }

    /** Replaces the file in one step, and returns where its old content is kept; null where there was none. */
    @Nullable
    Path replaceBy(String changed) {
        try {
            boolean exists = Files.exists(path);
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Path fresh = Files.createTempFile(folder, ".asmp", ".tmp");
            try {
                Files.setPosixFilePermissions(fresh, exists ? Files.getPosixFilePermissions(path) : PRIVATE);
                Files.writeString(fresh, changed);
                if (exists && !Files.readString(path).equals(text)) {
                    throw new CommandFailure(path + " was changed by another program in the meantime; try again");
                }
                Path backup = exists ? backup() : null;
                Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
                return backup;
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw new CommandFailure(path + " cannot be written: " + IoReason.of(e, path) + "; it is as it was");
        }
    }

    private Path backup() throws IOException {
        Path backup = path.resolveSibling(path.getFileName() + ".before-asmp");
        for (int i = 2; Files.exists(backup); i++) {
            backup = path.resolveSibling(path.getFileName() + ".before-asmp-" + i);
        }
        return Files.copy(path, backup, StandardCopyOption.COPY_ATTRIBUTES);
    }
}
