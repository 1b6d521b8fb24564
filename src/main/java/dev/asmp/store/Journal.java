package dev.asmp.store;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file of JSON records to which one process appends, and which the next start replays. People can read it.
 *
 * <pre>
 *   {"crc":"5d0e7a11","journal":"vms","format":1}
 *   {"crc":"0c92b3f4", … a record … }
 * </pre>
 *
 * A crash can leave the last line unfinished, which is cut off at the next start. Any other line that is not what was
 * written is damage: a copy of the file is kept, and what can be read is used. Garbage goes when the journal is rewritten,
 * which happens in another file while this one grows; see {@link JournalRewrite}. One thread at a time may change it.
 */
public final class Journal implements AutoCloseable {
    private final Path file;
    private final byte[] header;
    private volatile FileChannel channel;
    private volatile long end;
    private boolean suspect;
    private @Nullable JournalRewrite successor;

    /** The reader of the first line, which passes the others on. */
    private static final class Header implements Consumer<byte[]> {
        private final String kind;
        private final int format;
        private final Consumer<byte[]> records;
        private boolean there;
        private boolean past;
        private @Nullable String later;

        Header(String kind, int format, Consumer<byte[]> records) {
            this.kind = kind;
            this.format = format;
            this.records = records;
        }

        @Override
        public void accept(byte[] record) {
            boolean first = !past;
            past = true;
            if (!(first && isHeader(record)) && later == null) {
                records.accept(record);
            }
        }

        private boolean isHeader(byte[] record) {
            if (Json.read(record) instanceof Mapping mapping && kind.equals(mapping.text("journal"))) {
                there = true;
                String written = String.valueOf(mapping.text("format"));
                later = written.equals(Integer.toString(format)) ? null : written;
            }
            return there;
        }

        /** Tells whether the journal began with a header of its kind. */
        boolean isThere() {
            return there;
        }

        void refuseLaterFormat(Path file) throws IOException {
            if (later != null) {
                throw new IOException(file + " has format " + later + ", and this version reads format " + format
                        + ": a newer version has written it");
            }
        }
    }

    private Journal(Path file, byte[] header, FileChannel channel, long end) {
        this.file = file;
        this.header = header;
        this.channel = channel;
        this.end = end;
    }

    /**
     * Opens a journal of this kind and format, creating it if necessary, and passes its records on in order. A file of a later
     * format is not opened.
     */
    public static Journal open(Path file, String kind, int format, Consumer<byte[]> records, Consumer<String> log)
            throws IOException {
        byte[] header = line(Json.write(Mapping.builder().put("journal", kind).put("format", format).build()));
        Files.deleteIfExists(temporary(file));
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            DurableFile.replace(file, header);
        }
        Header first = new Header(kind, format, records);
        JournalReader.Found found = JournalReader.read(file, first);
        first.refuseLaterFormat(file);
        FileChannel channel = PrivateFiles.open(file, EnumSet.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
        Journal journal = new Journal(file, header, channel, found.end());
        try {
            journal.mend(found, first.isThere(), log);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return journal;
    }

    private void mend(JournalReader.Found found, boolean headed, Consumer<String> log) throws IOException {
        if (found.bad() > 0 || !headed) {
            Path kept = new BrokenFile(file).copyAside(".damaged");
            suspect = true;
            log.accept(file + " IS DAMAGED: " + (found.bad() == 0
                    ? "it does not begin as it should"
                    : found.bad() + " of its " + found.lines() + " lines cannot be read, the first is line "
                            + found.firstBad())
                    + ". The rest was taken, and the damaged file is kept as " + kept
                    + ". Something may be missing now, and something that was removed may be back");
        } else if (found.torn() > 0) {
            channel.truncate(end);
            channel.force(true);
            log.accept(file + ": the last record was not written to its end and is dropped (" + found.torn()
                    + " bytes)");
        }
    }

    /** Tells whether the file may lack what was appended, and has to be rewritten before the next append. */
    public boolean isSuspect() {
        return suspect;
    }

    /** Bytes in the file, garbage included. */
    public long size() {
        return end;
    }

    /** Appends records; with {@code force} they are on disk when this returns. After a failure none of them is there. */
    public void append(List<byte[]> records, boolean force) throws IOException {
        if (suspect) {
            throw new IOException(file + " has to be rewritten first");
        }
        if (records.stream().anyMatch(record -> record.length > JournalLine.LONGEST_RECORD)) {
            throw new IOException("a record has more than " + JournalLine.MAX + " bytes");
        }
        long start = end;
        ByteArrayOutputStream lines = new ByteArrayOutputStream(
                records.stream().mapToInt(record -> record.length + 32).sum());
        records.forEach(record -> JournalLine.write(record, lines));
        try {
            write(lines.toByteArray());
            if (force) {
                force();
            }
        } catch (IOException e) {
            takeBack(e);
            throw e;
        }
        end = start + lines.size();
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer, end + buffer.position());
        }
    }

    private void force() throws IOException {
        try {
            channel.force(false);
        } catch (IOException e) {
            suspect = true; // the system may have dropped what it could not write, and reports that once only
            throw e;
        }
    }

    private void takeBack(IOException why) {
        try {
            channel.truncate(end);
        } catch (IOException e) {
            suspect = true;
            why.addSuppressed(e);
        }
    }

    /** Starts a rewrite in another file; what is appended from now on goes into it, too. An earlier rewrite is void. */
    public JournalRewrite rewrite() throws IOException {
        successor = null;
        JournalRewrite next = new JournalRewrite(this, temporary(file), header, end);
        successor = next;
        return next;
    }

    boolean isWrittenTo(FileChannel candidate) {
        return channel.equals(candidate);
    }

    boolean awaits(JournalRewrite rewrite) {
        return successor == rewrite;
    }

    /** Copies what was appended from an offset on, and returns the offset that it reached. Appending may go on. */
    long copy(long from, FileChannel target) throws IOException {
        long limit = end;
        for (long at = from; at < limit;) {
            at += channel.transferTo(at, limit - at, target);
        }
        return limit;
    }

    /** Continues with a file that is forced. */
    void replaceBy(Path temporary, FileChannel next) throws IOException {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        FileChannel old = channel;
        channel = next;
        end = next.size();
        successor = null;
        suspect = true; // until the rename is on disk
        old.close();
        DurableFile.forceFolderOf(file);
        suspect = false;
    }

    private static Path temporary(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".tmp");
    }

    static byte[] line(byte[] record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(record.length + 32);
        JournalLine.write(record, out);
        return out.toByteArray();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
