package dev.asmp.vers;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A command in a channel of an SSH session. */
final class SshJob implements VmTransport.Running {
    private static final Duration PID = Duration.ofSeconds(2);
    private static final int LOSS_MILLIS = 200;

    private final ChannelExec channel;
    private final SshTransport.Pooled session;
    private final Duration limit;
    private final RemoteCommand.Errors err;
    private final Gate out;
    private final Runnable released;
    private final Consumer<String> kill;
    private final CompletableFuture<Outcome> ended = new CompletableFuture<>();
    private volatile @Nullable Outcome instead;
    /** Whether the end is not waited for any more. */
    private volatile boolean given;

    SshJob(ChannelExec channel, SshTransport.Pooled session, Exec command, @Nullable InputStream stdin,
            OutputStream out, OutputStream err, Runnable released, Consumer<String> kill) {
        this.channel = channel;
        this.session = session;
        this.limit = command.limit();
        this.err = new RemoteCommand.Errors(err);
        this.out = new Gate(out);
        this.released = released;
        this.kill = kill;
        InputStream rest = stdin == null ? InputStream.nullInputStream() : stdin;
        byte[] variables = RemoteCommand.environment(command.env());
        channel.setInputStream(variables.length == 0
                ? rest
                : new SequenceInputStream(new ByteArrayInputStream(variables), rest), true);
        channel.setOutputStream(this.out, false);
        channel.setErrStream(this.err, true);
    }

    /** Sends the command; it then runs. */
    void connect(String line, int millis) throws JSchException {
        channel.setCommand(line.getBytes(StandardCharsets.UTF_8));
        channel.connect(millis);
        Thread.ofVirtual().name("exec").start(this::watch);
    }

    /** The output of the command: tells when there is no more, and swallows what comes after an abort. */
    private static final class Gate extends FilterOutputStream {
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile boolean shut;

        Gate(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[]{(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!shut) {
                out.write(bytes, offset, length);
            }
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    private void watch() {
        try {
            while (!channel.isClosed() && !given && session.session.isConnected()) {
                if (out.closed.await(20, TimeUnit.MILLISECONDS)) {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
            }
            err.flushHeld();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException _) {
            // The reader of the output is gone.
        }
        Outcome chosen = instead;
        int code = channel.getExitStatus();
        String signal = session.signals.get(channel.getId());
        boolean isSignal = code < 0 && (signal != null || staysUp());
        channel.disconnect();
        released.run();
        ended.complete(chosen != null
                ? chosen
                : code >= 0
                        ? new Outcome.Exited(code)
                        : isSignal
                                ? new Outcome.Signalled(signal == null ? "?" : signal)
                                : new Outcome.TransportFailed("the connection to the VM was lost"));
    }

    /** Tells whether the connection outlives its channel: one that is lost ends its channels a moment before itself. */
    private boolean staysUp() {
        for (int waited = 0; waited < LOSS_MILLIS && session.session.isConnected(); waited += 10) {
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return session.session.isConnected();
    }

    @Override
    public Outcome await() {
        return VmTransport.Running.await(ended, limit, this::end);
    }

    @Override
    public void abort() {
        end(new Outcome.Aborted());
    }

    private synchronized Outcome end(Outcome why) {
        if (!ended.isDone()) {
            instead = why;
            String pid = err.pid(PID);
            out.shut = true;
            if (pid != null && session.session.isConnected()) {
                kill.accept(pid);
            }
            given = true;
        }
        return ended.join();
    }
}
