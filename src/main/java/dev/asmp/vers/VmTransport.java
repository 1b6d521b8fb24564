package dev.asmp.vers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The way to run commands and to move files in VMs. Implementations are safe for many threads. */
public interface VmTransport extends AutoCloseable {
    /** The bytes that are kept of each output of a command. */
    int CAPTURED = 10 * 1024 * 1024;

    /** A command under way. */
    interface Running {
        /** Waits for the end; an interrupt aborts the command. */
        Outcome await();

        /** Ends the command's processes; {@link #await} then returns soon. */
        void abort();

        /** Waits for the end within a limit, 0 for none; what goes wrong meanwhile ends the command for that reason. */
        static Outcome await(Future<Outcome> ended, Duration limit, UnaryOperator<Outcome> end) {
            try {
                return limit.isZero() ? ended.get() : ended.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                return end.apply(new Outcome.TimedOut(limit));
            } catch (InterruptedException _) {
                Outcome outcome = end.apply(new Outcome.Aborted());
                Thread.currentThread().interrupt();
                return outcome;
            } catch (ExecutionException e) {
                return new Outcome.TransportFailed(String.valueOf(e.getCause()));
            }
        }
    }

    /**
     * The result of a command.
     *
     * @param truncated whether the beginning of an output was dropped
     */
    record Result(Outcome outcome, byte[] stdout, byte[] stderr, boolean truncated) {}

    /** Starts a command. Output is written as it arrives, on a thread of the transport; nothing is closed. */
    Running start(String vm, Exec command, @Nullable InputStream stdin, OutputStream out, OutputStream err);

    /** Tells whether standard input reaches a command while it runs, and not only as a whole at its start. */
    default boolean passesInput() {
        return true;
    }

    /** Runs a command; its output is passed on as it arrives. */
    default Outcome stream(String vm, Exec command, @Nullable InputStream stdin, OutputStream out, OutputStream err) {
        return start(vm, command, stdin, out, err).await();
    }

    /** Runs a command and keeps the last bytes of its output. */
    default Result exec(String vm, Exec command, @Nullable InputStream stdin) {
        Tail out = new Tail(CAPTURED);
        Tail err = new Tail(CAPTURED);
        Outcome outcome = stream(vm, command, stdin, out, err);
        return new Result(outcome, out.bytes(), err.bytes(), out.isTruncated() || err.isTruncated());
    }

    default Result exec(String vm, Exec command) {
        return exec(vm, command, null);
    }

    /** Writes a file, which appears whole, with these permissions; its folders are made. */
    void put(String vm, String path, byte[] content, int mode) throws IOException;

    /** Reads a file of this many bytes at most. */
    byte[] get(String vm, String path, int most) throws IOException;

    /** Closes connections to a VM. */
    void close(String vm);

    /** Forgets everything about a VM that is deleted. */
    default void forget(String vm) {
        close(vm);
    }

    @Override
    void close();

    /** The last bytes of what is written to it. */
    final class Tail extends OutputStream {
        private final int most;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean truncated;

        public Tail(int most) {
            this.most = most;
        }

        @Override
        public void write(int b) {
            write(new byte[]{(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] from, int offset, int length) {
            bytes.write(from, offset, length);
            if (bytes.size() > 2 * most) {
                cut();
            }
        }

        private void cut() {
            byte[] all = bytes.toByteArray();
            truncated |= all.length > most;
            bytes.reset();
            bytes.writeBytes(Arrays.copyOfRange(all, Math.max(0, all.length - most), all.length));
        }

        public synchronized byte[] bytes() {
            cut();
            return bytes.toByteArray();
        }

        public synchronized boolean isTruncated() {
            return truncated || bytes.size() > most;
        }
    }
}
