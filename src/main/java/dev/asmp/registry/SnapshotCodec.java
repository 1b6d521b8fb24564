package dev.asmp.registry;

import dev.asmp.document.FileStamp;
import dev.asmp.ranking.Evidence;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The entries of the last stop, each with the stamp of its file, so that a start parses only files that changed since. Entries
 * are written and read one after the other, each in one piece. The file is not forced: one that is missing, of another format or
 * damaged, which a checksum tells, costs time and nothing else.
 */
final class SnapshotCodec {
    private static final String FORMAT = "asmp-snapshot-9";
    private static final int BUFFER = 1 << 16;
    /** More than nearly any entry takes; a start reads the files of the others. */
    private static final int MAX_ENTRY = 16 * 1024 * 1024;

    private SnapshotCodec() {}

    static void write(String host, Collection<Entry> entries, Moment now, OutputStream target) throws IOException {
        CRC32C checksum = new CRC32C();
        DataOutputStream out = new DataOutputStream(
                new CheckedOutputStream(new BufferedOutputStream(target, BUFFER), checksum));
        out.writeUTF(FORMAT);
        out.writeUTF(host);
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        for (Entry entry : entries) {
            if (entry.stamp().identity() instanceof Long identity) {
                one.reset();
                writeEntry(entry, identity, now, new DataOutputStream(one));
                if (one.size() <= MAX_ENTRY) {
                    out.writeInt(one.size());
                    one.writeTo(out);
                }
            }
        }
        out.writeInt(0);
        out.writeLong(checksum.getValue());
        out.flush();
    }

    private static void writeEntry(Entry entry, long identity, Moment now, DataOutputStream out) throws IOException {
        writeStamp(entry.stamp(), identity, out);
        writeState(entry.state(), now, out);
        writeText(entry.text(), out);
        writeBytes(entry.ownMembers(), out);
        writeBytes(entry.offerMembers(), out);
    }

    /** The entries by name; none where there is no snapshot of this host that can be read and takes no more memory than this. */
    static Map<String, Entry> read(Path file, String host, Moment now, long budget) {
        long left = budget;
        Map<String, Entry> entries = new HashMap<>();
        CRC32C checksum = new CRC32C();
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file), BUFFER);
                DataInputStream in = new DataInputStream(new CheckedInputStream(bytes, checksum))) {
            if (!in.readUTF().equals(FORMAT) || !in.readUTF().equals(host)) {
                return Map.of();
            }
            for (int size = in.readInt(); size > 0; size = in.readInt()) {
                Entry entry = readEntry(new DataInputStream(new ByteArrayInputStream(readBytes(size, in))), host, now);
                entries.put(entry.name(), entry);
                left -= entry.heapBytes();
                if (left < 0) {
                    return Map.of();
                }
            }
            long read = checksum.getValue();
            return in.readLong() == read ? entries : Map.of();
        } catch (IOException | RuntimeException _) {
            return Map.of();
        }
    }

    private static Entry readEntry(DataInputStream in, String host, Moment now) throws IOException {
        FileStamp stamp = readStamp(in);
        EntryState state = readState(now, in);
        return new Entry(readText(in), state, host, stamp, readBytes(in), readBytes(in));
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

    private static void writeState(EntryState state, Moment now, DataOutputStream out) throws IOException {
        out.writeUTF(state.sync().name());
        out.writeUTF(state.status().name());
        out.writeLong(state.generation());
        writeInstant(state.lastSeen(), out);
        writeString(state.source(), out);
        writeString(state.sourceDigest(), out);
        writeMoment(now.toWall(state.expires()), out);
        writeMoment(state.holding(), out);
        writeString(state.ttl() == null ? null : state.ttl().toString(), out);
    }

    private static void writeMoment(@Nullable Instant moment, DataOutputStream out) throws IOException {
        out.writeBoolean(moment != null);
        if (moment != null) {
            writeInstant(moment, out);
        }
    }

    private static @Nullable Instant readMoment(DataInputStream in) throws IOException {
        return in.readBoolean() ? readInstant(in) : null;
    }

    private static EntryState readState(Moment now, DataInputStream in) throws IOException {
        return now.resumed(new EntryState(Sync.valueOf(in.readUTF()), Status.valueOf(in.readUTF()), in.readLong(),
                readInstant(in), readString(in), readString(in), readMoment(in), readMoment(in), readTtl(in)));
    }

    private static @Nullable Duration readTtl(DataInputStream in) throws IOException {
        String ttl = readString(in);
        return ttl == null ? null : Duration.parse(ttl);
    }

    private static void writeText(RenderedEntry text, DataOutputStream out) throws IOException {
        writeString(text.name(), out);
        writeString(text.kind(), out);
        writeString(text.section(), out);
        writeStrings(text.provides(), out);
        writeStrings(text.aliases(), out);
        writeString(text.evidence().text(), out);
        writeString(text.evidence().against(), out);
        out.writeInt(text.ports().size());
        for (int port : text.ports()) {
            out.writeInt(port);
        }
        writeBytes(text.manifest(), out);
        writeOptional(Arrays.equals(text.shown(), text.manifest()) ? null : text.shown(), out);
        writeOptional(Arrays.equals(text.listed(), text.shown()) ? null : text.listed(), out);
        writeOptional(text.mods(), out);
        writeOptional(text.health(), out);
        out.writeInt(text.offers().size());
        for (RenderedEntry.Offered offer : text.offers()) {
            writeString(offer.name(), out);
            writeStrings(offer.provides(), out);
            writeBytes(offer.json(), out);
        }
    }

    private static RenderedEntry readText(DataInputStream in) throws IOException {
        String name = required(in);
        String kind = required(in);
        String section = readString(in);
        List<String> provides = readStrings(in);
        List<String> aliases = readStrings(in);
        Evidence evidence = new Evidence(required(in), readString(in));
        List<Integer> ports = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            ports.add(in.readInt());
        }
        byte[] manifest = readBytes(in);
        byte[] otherShown = readOptional(in);
        byte[] shown = otherShown == null ? manifest : otherShown;
        byte[] listed = readOptional(in);
        byte[] mods = readOptional(in);
        byte[] health = readOptional(in);
        List<RenderedEntry.Offered> offers = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            String offered = required(in);
            List<String> what = readStrings(in);
            offers.add(new RenderedEntry.Offered(offered, what.equals(provides) ? provides : what, readBytes(in)));
        }
        return new RenderedEntry(name, kind, section, provides, aliases, evidence, List.copyOf(ports), manifest,
                shown, listed == null ? shown : listed, mods, health, List.copyOf(offers));
    }

    private static void writeInstant(Instant instant, DataOutputStream out) throws IOException {
        out.writeLong(instant.getEpochSecond());
        out.writeInt(instant.getNano());
    }

    private static Instant readInstant(DataInputStream in) throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }

    private static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        return readBytes(in.readInt(), in);
    }

    private static byte[] readBytes(int length, DataInputStream in) throws IOException {
        byte[] bytes = in.readNBytes(Math.clamp(length, 0, MAX_ENTRY));
        if (bytes.length != length) {
            throw new IOException("the snapshot broke off");
        }
        return bytes;
    }

    private static void writeOptional(byte @Nullable [] bytes, DataOutputStream out) throws IOException {
        out.writeBoolean(bytes != null);
        if (bytes != null) {
            writeBytes(bytes, out);
        }
    }

    private static byte @Nullable [] readOptional(DataInputStream in) throws IOException {
        return in.readBoolean() ? readBytes(in) : null;
    }

    private static void writeString(@Nullable String text, DataOutputStream out) throws IOException {
        writeOptional(text == null ? null : text.getBytes(StandardCharsets.UTF_8), out);
    }

    private static @Nullable String readString(DataInputStream in) throws IOException {
        byte[] bytes = readOptional(in);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    private static String required(DataInputStream in) throws IOException {
        return Objects.requireNonNull(readString(in));
    }

    private static void writeStrings(List<String> texts, DataOutputStream out) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            writeString(text, out);
        }
    }

    private static List<String> readStrings(DataInputStream in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            texts.add(required(in));
        }
        return List.copyOf(texts);
    }
}
