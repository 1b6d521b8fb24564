package dev.asmp.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;

/**
 * A journal's next file. It is written on a thread of its own while the journal grows; the thread that appends then finishes
 * it, which is short:
 *
 * <pre>
 *   write what counts · catch up with what was appended   any thread
 *   the last part · force · rename over the journal        the thread that appends
 * </pre>
 *
 * Until the rename the journal is as it was; from then on it is the new one, with all that was ever appended.
 */
public final class JournalRewrite {
    private static final int CHUNK = 1 << 18;
    /** Forced this often, so that appends to the journal never wait long for the disk. */
    private static final int FORCED_CHUNKS = 32;
    /** The most bytes that may be left for the thread that appends. */
    private static final int LAST_PART = 1 << 18;

    private final Journal journal;
    private final Path temporary;
    private final FileChannel channel;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream(CHUNK);
    private long copied;
    private int chunks;

    JournalRewrite(Journal journal, Path temporary, byte[] header, long from) throws IOException {
        Files.deleteIfExists(temporary);
        this.journal = journal;
        this.temporary = temporary;
        this.copied = from;
        this.channel = PrivateFiles.open(temporary,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
        pending.writeBytes(header);
    }

    /** Writes a record of the state at which the rewrite started. */
    public void write(byte[] record) throws IOException {
        JournalLine.write(record, pending);
        if (pending.size() >= CHUNK) {
            writePending();
        }
    }

    private void writePending() throws IOException {
        DurableFile.writeFully(channel, pending.toByteArray());
        pending.reset();
        if (++chunks % FORCED_CHUNKS == 0) {
            channel.force(false);
        }
    }

    /** Copies what was appended meanwhile, except a last part. */
    public void catchUp() throws IOException {
        writePending();
        while (journal.size() - copied > LAST_PART) {
            copied = journal.copy(copied, channel);
        }
        channel.force(false);
    }

    /** Puts the new file in the journal's place. Called, like {@link #abandon}, by the thread that appends. */
    public void finish() throws IOException {
        if (!journal.awaits(this)) {
            throw new IOException("the journal was rewritten meanwhile");
        }
        writePending();
        journal.copy(copied, channel);
        channel.force(true);
        journal.replaceBy(temporary, channel);
    }

    /** Gives up; the journal stays as it is. */
    public void abandon() {
        try {
            if (journal.awaits(this)) {
                Files.deleteIfExists(temporary);
            }
            if (!journal.isWrittenTo(channel)) {
                channel.close();
            }
        } catch (IOException _) {
            // The next rewriting, or the next start, removes it.
        }
    }
}
