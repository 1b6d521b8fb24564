package dev.asmp.lieutenant;

import dev.asmp.agent.AgentHost;
import dev.asmp.store.RefusedException;
import dev.asmp.vers.Exec;
import dev.asmp.vers.Outcome;
import dev.asmp.vers.VmTransport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A VM as a machine for an agent: commands run over its transport. */
final class VmHost implements AgentHost {
    private static final int PIPE = 256 * 1024;

    private final Supplier<VmTransport> transports;
    private final String vm;

    /** @param transports the transport when it is used; it may be refused until then */
    VmHost(Supplier<VmTransport> transports, String vm) {
        this.transports = transports;
        this.vm = vm;
    }

    private VmTransport transport() throws IOException {
        try {
            return transports.get();
        } catch (RefusedException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public Ran run(List<String> argv, byte[] input, Duration limit) throws IOException {
        VmTransport.Result result = transport().exec(vm, new Exec(argv, Map.of(), null, limit),
                new ByteArrayInputStream(input));
        return switch (result.outcome()) {
            case Outcome.Exited(int code) -> new Ran(code, text(result.stdout()), text(result.stderr()));
            case Outcome.Signalled signalled -> new Ran(128, text(result.stdout()), signalled.shown());
            case Outcome.TimedOut timedOut -> throw new IOException(timedOut.shown());
            case Outcome.TransportFailed failed -> throw new IOException(failed.shown());
            case Outcome.Aborted aborted -> throw new IOException(aborted.shown());
        };
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public Link open(List<String> argv) throws IOException {
        PipedOutputStream input = new PipedOutputStream();
        PipedInputStream inputEnd = new PipedInputStream(input, PIPE);
        PipedOutputStream output = new PipedOutputStream();
        PipedInputStream outputEnd = new PipedInputStream(output, PIPE);
        VmTransport.Running running = transport().start(vm, new Exec(argv, Map.of(), null, Duration.ZERO), inputEnd,
                new Prompt(output), OutputStream.nullOutputStream());
        Thread.startVirtualThread(() -> {
            running.await();
            close(output);
        });
        return new Link() {
            @Override
            public InputStream in() {
                return outputEnd;
            }

            @Override
            public OutputStream out() {
                return input;
            }

            @Override
            public void close() {
                VmHost.close(input);
                VmHost.close(outputEnd);
                Thread.startVirtualThread(running::abort);
            }
        };
    }

    private static void close(AutoCloseable stream) {
        try {
            stream.close();
        } catch (Exception _) {
            // The other end is gone already.
        }
    }

    /** A pipe whose reader is woken by each write; it would look once a second by itself. */
    private static final class Prompt extends OutputStream {
        private final PipedOutputStream pipe;

        Prompt(PipedOutputStream pipe) {
            this.pipe = pipe;
        }

        @Override
        public void write(int b) throws IOException {
            pipe.write(b);
            pipe.flush();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            pipe.write(bytes, offset, length);
            pipe.flush();
        }

        @Override
        public void close() throws IOException {
            pipe.close();
        }
    }
}
