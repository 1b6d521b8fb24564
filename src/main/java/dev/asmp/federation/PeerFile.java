package dev.asmp.federation;

import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Timestamps;
import dev.asmp.store.DurableFile;
import dev.asmp.store.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file with a peer's last answer, so that a start knows what it knew before: {@code peers/HOST.json}. It is a cache: not
 * forced to disk, and one that cannot be read counts as none.
 */
final class PeerFile {
    private static final String SUFFIX = ".json";
    private static final int LONGEST = PeerCalls.LONGEST_ANSWER + 64 * 1024;
    static final String SERVICES_KEY = "services";
    private static final byte[] SERVICES = (",\"" + SERVICES_KEY + "\":").getBytes(StandardCharsets.UTF_8);
    private static final long FORMAT = 1;

    private final Path folder;
    private final Path file;

    /** @param folder where the files of all peers are */
    PeerFile(Path folder, String host) {
        this.folder = folder;
        this.file = folder.resolve(host.toLowerCase(Locale.ROOT) + SUFFIX);
    }

    /**
     * What a file holds.
     *
     * @param id the host_id that the peer gave
     * @param answer the whole file, with the list under {@code services}
     */
    record Content(String id, @Nullable String tag, Instant lastSeen, Mapping about, byte[] answer) {}

    /** Reads the file; null where there is none that can be used. */
    @Nullable
    Content read() throws IOException {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LONGEST) {
                return null;
            }
            byte[] bytes = Files.readAllBytes(file);
            int end = indexOfServices(bytes);
            if (end < 0) {
                return null;
            }
            byte[] head = new byte[end + 1];
            System.arraycopy(bytes, 0, head, 0, end);
            head[end] = '}';
            return Json.read(head) instanceof Mapping mapping ? content(mapping, bytes) : null;
        } catch (MalformedDocumentException | NoSuchFileException _) {
            return null;
        }
    }

    private @Nullable Content content(Mapping head, byte[] bytes) throws IOException {
        String id = head.text("host");
        Instant seen = Timestamps.parse(head.text("last_seen"));
        if (!Long.toString(FORMAT).equals(head.text("format")) || id == null || seen == null) {
            return null;
        }
        Instant touched = Files.getLastModifiedTime(file).toInstant();
        return new Content(id, head.text("etag"), touched.isAfter(seen) ? touched : seen, head.mapping("about"), bytes);
    }

    private static int indexOfServices(byte[] bytes) {
        for (int i = 0; i + SERVICES.length < bytes.length; i++) {
            if (bytes[i] == ',' && startsWith(bytes, i)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean startsWith(byte[] bytes, int at) {
        for (int i = 0; i < SERVICES.length; i++) {
            if (bytes[at + i] != SERVICES[i]) {
                return false;
            }
        }
        return true;
    }

    void write(String id, @Nullable String tag, Instant now, Mapping about, byte[] services) throws IOException {
        byte[] head = Json.write(Mapping.builder().put("format", FORMAT).put("host", id).put("etag", tag)
                .put("last_seen", Timestamps.format(now)).put("about", about).build());
        PrivateFiles.makeFolder(folder);
        DurableFile.replaceUnforced(file, out -> {
            out.write(head, 0, head.length - 1);
            out.write(SERVICES);
            out.write(services);
            out.write('}');
        });
    }

    /** Notes that the content was confirmed. */
    void touch(Instant now) throws IOException {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.setLastModifiedTime(file, FileTime.from(now));
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    /** Deletes the files of hosts that are no peers. */
    static void deleteOthers(Path folder, Set<String> hosts) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!hosts.contains(name.substring(0, name.length() - SUFFIX.length()))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
