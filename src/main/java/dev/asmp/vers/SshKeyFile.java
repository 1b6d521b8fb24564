package dev.asmp.vers;

import dev.asmp.store.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;

/** The key of a VM as a file for the system's {@code ssh}: private from its creation on, and deleted with the VM. */
public final class SshKeyFile {
    private SshKeyFile() {}

    private static Path file(Path stateFolder, String vm) {
        return stateFolder.resolve("vm-keys").resolve(new VersSettings.VmId(vm).text() + ".pem");
    }

    /** Writes the key of a VM; a folder that is a link, or that another account owns, is refused. */
    public static Path write(Path stateFolder, String vm, VersApi.SshKey key) throws IOException {
        Path folder = stateFolder.resolve("vm-keys");
        PrivateFiles.makeFolder(stateFolder);
        if (Files.isSymbolicLink(folder) || (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)
                && !Files.getOwner(folder).equals(Files.getOwner(stateFolder)))) {
            throw new IOException(folder + " is not a folder of this account");
        }
        PrivateFiles.makeFolder(folder);
        Path file = file(stateFolder, vm);
        Files.deleteIfExists(file);
        try (FileChannel channel = PrivateFiles.open(file,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
            String pem = key.pem().endsWith("\n") ? key.pem() : key.pem() + "\n";
            ByteBuffer bytes = ByteBuffer.wrap(pem.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        return file;
    }

    static void delete(Path stateFolder, String vm) throws IOException {
        Files.deleteIfExists(file(stateFolder, vm));
        Files.deleteIfExists(knownHosts(stateFolder, vm));
    }

    /** The file in which the system's {@code ssh} pins the host key of a VM. */
    public static Path knownHosts(Path stateFolder, String vm) {
        return stateFolder.resolve("vm-keys").resolve(new VersSettings.VmId(vm).text() + ".known");
    }
}
