package dev.asmp.registry;

import dev.asmp.document.FileStamp;
import dev.asmp.store.DocumentFolder;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The entries as they were when the daemon last stopped, each with the stamp of its file, so that a start parses only the
 * files that are not the same any more. It is not forced to disk. It may be missing, old or damaged, which a checksum tells:
 * that costs time and nothing else.
 */
final class SnapshotFile {
    private static final String FORMAT = "asmp-snapshot-5";
    private static final int MAX_BYTES = 256 * 1024 * 1024;

    private SnapshotFile() {}

    static void write(Path file, String host, Collection<Entry> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(2_048 * entries.size() + 64);
        CRC32C checksum = new CRC32C();
        DataOutputStream out = new DataOutputStream(new CheckedOutputStream(bytes, checksum));
        out.writeUTF(FORMAT);
        out.writeUTF(host);
        for (Entry entry : entries) {
            if (entry.stamp().identity() instanceof Long identity && bytes.size() < MAX_BYTES) {
                out.writeBoolean(true);
                writeStamp(entry.stamp(), identity, out);
                writeState(entry.state(), out);
                entry.writeTo(out);
            }
        }
        out.writeBoolean(false);
        out.writeLong(checksum.getValue());
        DocumentFolder.replaceUnforced(file, bytes.toByteArray());
    }

    /** The entries by name; none where there is no snapshot of this host that can be read. */
    static Map<String, Entry> read(Path file, String host) {
        Map<String, Entry> entries = new HashMap<>();
        CRC32C checksum = new CRC32C();
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                DataInputStream in = new DataInputStream(new CheckedInputStream(bytes, checksum))) {
            if (!in.readUTF().equals(FORMAT) || !in.readUTF().equals(host)) {
                return Map.of();
            }
            while (in.readBoolean()) {
                FileStamp stamp = readStamp(in);
                EntryState state = readState(in);
                Entry entry = Entry.readFrom(in, state, host, stamp);
                entries.put(entry.name(), entry);
            }
            long read = checksum.getValue();
            return in.readLong() == read ? entries : Map.of();
        } catch (IOException | RuntimeException _) {
            return Map.of();
        }
    }

    private static void writeStamp(FileStamp stamp, long identity, DataOutputStream out) throws IOException {
        out.writeLong(stamp.size());
        writeInstant(stamp.modified().toInstant(), out);
        writeInstant(stamp.changed().toInstant(), out);
        out.writeLong(identity);
    }

    private static FileStamp readStamp(DataInputStream in) throws IOException {
        return new FileStamp(in.readLong(), FileTime.from(readInstant(in)), FileTime.from(readInstant(in)),
                in.readLong());
    }

    private static void writeState(EntryState state, DataOutputStream out) throws IOException {
        out.writeUTF(state.sync().name());
        out.writeUTF(state.status().name());
        out.writeLong(state.generation());
        writeInstant(state.lastSeen(), out);
        writeText(state.source(), out);
        writeText(state.sourceDigest(), out);
        out.writeBoolean(state.expires() != null);
        if (state.expires() != null) {
            writeInstant(state.expires(), out);
        }
    }

    private static EntryState readState(DataInputStream in) throws IOException {
        return new EntryState(Sync.valueOf(in.readUTF()), Status.valueOf(in.readUTF()), in.readLong(), readInstant(in),
                readText(in), readText(in), in.readBoolean() ? readInstant(in) : null);
    }

    private static void writeInstant(Instant instant, DataOutputStream out) throws IOException {
        out.writeLong(instant.getEpochSecond());
        out.writeInt(instant.getNano());
    }

    private static Instant readInstant(DataInputStream in) throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }

    static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(Math.clamp(length, 0, MAX_BYTES));
        if (bytes.length != length) {
            throw new IOException("the snapshot broke off");
        }
        return bytes;
    }

    static void writeText(@Nullable String text, DataOutputStream out) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            writeBytes(text.getBytes(StandardCharsets.UTF_8), out);
        }
    }

    static @Nullable String readText(DataInputStream in) throws IOException {
        return in.readBoolean() ? new String(readBytes(in), StandardCharsets.UTF_8) : null;
    }

    static void writeTexts(List<String> texts, DataOutputStream out) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            writeBytes(text.getBytes(StandardCharsets.UTF_8), out);
        }
    }

    static List<String> readTexts(DataInputStream in) throws IOException {
        int size = in.readInt();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            texts.add(new String(readBytes(in), StandardCharsets.UTF_8));
        }
        return List.copyOf(texts);
    }
}
