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
 * Looks after connections on which a stream or a long answer is written. A client that takes nothing any more would hold a
 * thread and its buffers for ever, since a write has no time limit; a write that has not come back after ten seconds has its
 * connection cut.
 */
final class StalledWriterGuard {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Set<Watched> open = ConcurrentHashMap.newKeySet();
    private @Nullable Thread watchman;

    /** An output that knows since when a write has not come back; 0 when none is under way. */
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

    /** An output to the client whom this thread serves; it must be closed, which ends with the given step. */
    OutputStream watch(OutputStream out, Runnable end) {
        Watched watched = new Watched(out, TimedConnections.disconnect(), end);
        open.add(watched);
        begin();
        return watched;
    }

    /** Looks after this output no more, although it was not closed. */
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
