package dev.asmp.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A guard against clients that stop reading. A write has no time limit, so such a client would hold a thread and its buffers
 * for ever; the connection of a write that takes ten seconds is closed. Its thread runs while outputs are open.
 */
final class StalledWriterGuard {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Set<Watched> open = ConcurrentHashMap.newKeySet();
    private @Nullable Thread watchman;

    /** An output with the start of the write under way; 0 while there is none. */
    private final class Watched extends FilterOutputStream {
        private final Runnable disconnect;
        private final Runnable end;
        private volatile long writingSince;

        Watched(OutputStream out, Runnable disconnect, Runnable end) {
            super(out);
            this.disconnect = disconnect;
            this.end = end;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            writingSince = System.nanoTime();
            out.write(bytes, offset, length);
            writingSince = 0;
        }

        @Override
        public void flush() throws IOException {
            writingSince = System.nanoTime();
            out.flush();
            writingSince = 0;
        }

        @Override
        public void close() throws IOException {
            try {
                flush();
                writingSince = System.nanoTime();
                out.close();
                end.run();
            } finally {
                open.remove(this);
            }
        }
    }

    /** Wraps the output to the client that this thread serves; its close ends with the given step. */
    OutputStream watch(OutputStream out, Runnable end) {
        Watched watched = new Watched(out, TimedConnections.disconnect(), end);
        open.add(watched);
        begin();
        return watched;
    }

    /** Ends the guard of an output that was not closed. */
    void forget(OutputStream watched) {
        open.removeIf(watched::equals);
    }

    private synchronized void begin() {
        if (watchman == null) {
            watchman = Thread.ofPlatform().name("stalled-readers").daemon().start(this::cutTheStalled);
        }
    }

    private void cutTheStalled() {
        while (true) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            synchronized (this) {
                if (open.isEmpty()) {
                    watchman = null; // the next output starts another
                    return;
                }
            }
            long now = System.nanoTime();
            for (Watched stream : open) {
                long since = stream.writingSince;
                if (since != 0 && now - since > PATIENCE_NANOS) {
                    stream.disconnect.run();
                }
            }
        }
    }
}
