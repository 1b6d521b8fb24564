package dev.asmp.vers;

import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.store.DurableFile;
import dev.asmp.store.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The host key of each VM, pinned at the first connection by the VM's id: a branch may have its parent's. Several processes
 * share the file, so each change takes a lock and reads it again.
 */
public final class HostKeys {
    private static final String FILE = "vm-host-keys.json";

    private final Path folder;
    private final Path file;

    public HostKeys(Path stateFolder) {
        this.folder = stateFolder;
        this.file = stateFolder.resolve(FILE);
    }

    /** Pins a VM's first key; whether this one is the pinned one. */
    public synchronized boolean isPinned(String vm, byte[] key) throws IOException {
        String known = read().text(vm);
        if (known != null) {
            return known.equals(fingerprint(key));
        }
        change(pins -> pins.get(vm) == null ? pins.with(vm, Scalar.text(fingerprint(key))) : pins);
        return fingerprint(key).equals(read().text(vm));
    }

    /** Forgets the key of a VM that is gone. */
    public synchronized void forget(String vm) throws IOException {
        if (read().get(vm) != null) {
            change(pins -> pins.without(List.of(vm)));
        }
    }

    static String fingerprint(byte[] key) {
        try {
            return "SHA256:" + Base64.getEncoder().withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Mapping read() {
        try {
            return Json.read(Files.readAllBytes(file)) instanceof Mapping pins ? pins : Mapping.EMPTY;
        } catch (IOException | MalformedDocumentException _) {
            return Mapping.EMPTY;
        }
    }

    private void change(UnaryOperator<Mapping> change) throws IOException {
        PrivateFiles.makeFolder(folder);
        try (FileChannel channel = PrivateFiles.open(file.resolveSibling(FILE + ".lock"),
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE)); FileLock _ = channel.lock()) {
            DurableFile.replace(file, Json.write(change.apply(read())));
        }
    }
}
