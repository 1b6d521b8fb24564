package dev.asmp.vers;

import com.jcraft.jsch.Compression;
import com.jcraft.jsch.Session;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The names of the signals that end commands. JSch drops the message that carries them, so it is read where JSch lets others
 * read all messages: in the decompression of what a server sends.
 */
public final class ExitSignals extends com.jcraft.jsch.juz.Compression implements Compression {
    private static final Map<Session, Map<Integer, String>> WATCHED = Collections.synchronizedMap(new WeakHashMap<>());
    private static final byte CHANNEL_REQUEST = 98;
    private static final String EXIT_SIGNAL = "exit-signal";
    private static final int LONGEST = 200;

    private Map<Integer, String> names = Map.of();

    /** Lets a session, which is not connected yet, keep the names of signals by channel. */
    static Map<Integer, String> watch(Session session) {
        Map<Integer, String> names = new ConcurrentHashMap<>();
        WATCHED.put(session, names);
        session.setConfig("zlib@openssh.com", ExitSignals.class.getName());
        session.setConfig("compression.s2c", "zlib@openssh.com,none");
        session.setConfig("compression.c2s", "none");
        return names;
    }

    @Override
    public void init(int type, int level, Session session) {
        names = WATCHED.getOrDefault(session, Map.of());
        super.init(type, level, session);
    }

    @Override
    public byte @Nullable [] uncompress(byte[] buffer, int start, int[] length) {
        byte[] plain = super.uncompress(buffer, start, length);
        if (plain != null && length[0] < LONGEST && plain[start] == CHANNEL_REQUEST) {
            note(ByteBuffer.wrap(plain, start + 1, length[0] - 1));
        }
        return plain;
    }

    private void note(ByteBuffer message) {
        try {
            int channel = message.getInt();
            if (text(message).equals(EXIT_SIGNAL)) {
                message.get(); // no reply is wanted
                names.put(channel, text(message));
            }
        } catch (BufferUnderflowException | UnsupportedOperationException _) {
            // Another message, or a session that is not watched.
        }
    }

    private static String text(ByteBuffer message) {
        byte[] text = new byte[Math.min(message.getInt(), message.remaining())];
        message.get(text);
        return new String(text, StandardCharsets.US_ASCII);
    }
}
