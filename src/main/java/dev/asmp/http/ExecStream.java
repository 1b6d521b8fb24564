package dev.asmp.http;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.vers.Exec;
import dev.asmp.vers.Outcome;
import dev.asmp.vers.VmTransport;
import dev.asmp.wire.StreamedBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The output of a command in a VM as lines of JSON while it runs: {@code {"stream", "data_b64"}}, and at the end its outcome.
 * A client that goes away ends the command; an empty line tells now and then that it still runs.
 */
final class ExecStream implements StreamedBody {
    private static final int CHUNK = 16 * 1024;
    private static final int CHUNKS = 8;
    private static final long PAUSE_MILLIS = 2_000;

    private final VmTransport transport;
    private final String vm;
    private final Exec command;
    private final byte @Nullable [] stdin;
    private final ByteBudget budget;
    private final BlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(CHUNKS);
    private volatile boolean abandoned;

    ExecStream(VmTransport transport, String vm, Exec command, byte @Nullable [] stdin, ByteBudget budget) {
        this.transport = transport;
        this.vm = vm;
        this.command = command;
        this.stdin = stdin;
        this.budget = budget;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException, InterruptedException {
        long held = 2L * CHUNKS * CHUNK;
        if (!budget.tryTake(held)) {
            write(out, new Outcome.TransportFailed("too many commands run already").document());
            return;
        }
        try {
            run(out);
        } finally {
            budget.release(held);
        }
    }

    private void run(OutputStream out) throws IOException, InterruptedException {
        VmTransport.Running running = transport.start(vm, command,
                stdin == null ? null : new ByteArrayInputStream(stdin), new Lines("stdout"), new Lines("stderr"));
        Outcome[] outcome = new Outcome[1];
        Thread waiting = Thread.startVirtualThread(() -> {
            Outcome ended = running.await();
            outcome[0] = ended;
            offer(Json.write(ended.document()));
        });
        try {
            boolean isOver = false;
            while (!isOver) {
                byte[] line = lines.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                if (line != null) {
                    out.write(line);
                }
                out.write('\n');
                if (line == null || lines.isEmpty()) {
                    out.flush();
                }
                isOver = outcome[0] != null && lines.isEmpty() && !waiting.isAlive();
                if (outcome[0] != null && !isOver && lines.isEmpty()) {
                    waiting.join();
                    isOver = lines.isEmpty();
                }
            }
        } finally {
            abandoned = true;
            if (outcome[0] == null) {
                running.abort();
            }
        }
    }

    private static void write(OutputStream out, Mapping line) throws IOException {
        out.write((new String(Json.write(line), StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Waits for a place in the queue as long as there is a reader. */
    private void offer(byte[] line) {
        try {
            boolean isTaken = false;
            while (!isTaken && !abandoned) {
                isTaken = lines.offer(line, 100, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** One of the outputs. */
    private final class Lines extends OutputStream {
        private final String stream;

        Lines(String stream) {
            this.stream = stream;
        }

        @Override
        public void write(int b) {
            write(new byte[]{(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            for (int at = offset; at < offset + length; at += CHUNK) {
                byte[] part = Arrays.copyOfRange(bytes, at, Math.min(at + CHUNK, offset + length));
                offer(Json.write(Mapping.builder().put("stream", stream)
                        .put("data_b64", Base64.getEncoder().encodeToString(part)).build()));
            }
        }
    }
}
