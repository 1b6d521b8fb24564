package dev.asmp.http;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A JSON array of items that are rendered when they are written; a long one is never in memory as a whole. */
final class JsonList {
    /** A longer list is written item by item. */
    static final long LONG = 8L * 1024 * 1024;
    private static final int PIECE = 16 * 1024;
    private static final byte[] COMMA = {','};
    private static final byte[] NOTHING = {};
    private static final long REFERENCE = 128;

    private final List<Supplier<byte @Nullable []>> items = new ArrayList<>();
    private long length;
    private long longest;

    /** About how many bytes it takes so far. */
    long length() {
        return length;
    }

    /** Adds an item, or several with commas between them; one that is gone when it is written is null and left out. */
    void add(long bytes, Supplier<byte @Nullable []> item) {
        items.add(item);
        length += bytes;
        longest = Math.max(longest, bytes);
    }

    Answer answer(Map<String, String> headers) {
        if (length > LONG) {
            return Answer.pieces(out -> write(new BufferedOutputStream(out, PIECE)), held()).with(headers);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream((int) length + 16);
        try {
            write(out);
        } catch (IOException e) {
            throw new AssertionError("memory takes all", e);
        }
        return Answer.ok(out.toByteArray()).orInPieces(client -> write(new BufferedOutputStream(client, PIECE)), held())
                .with(headers);
    }

    private void write(OutputStream out) throws IOException {
        out.write('[');
        boolean first = true;
        for (Supplier<byte @Nullable []> item : items) {
            byte[] json = item.get();
            if (json != null) {
                out.write(first ? NOTHING : COMMA);
                out.write(json);
                first = false;
            }
        }
        out.write(']');
        out.flush();
    }

    /** What a reader that stalls holds: the references to all items, one item and its copy on the way, and a piece. */
    private long held() {
        return REFERENCE * items.size() + 2 * longest + 2L * PIECE;
    }
}
