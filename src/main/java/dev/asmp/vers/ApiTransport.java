package dev.asmp.vers;

import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Commands by the API of Vers itself. A stream that breaks is attached to again after its last line, so that nothing is lost
 * or repeated. Standard input is short text, sent with the command.
 */
final class ApiTransport implements VmTransport {
    static final int LONGEST_INPUT = 64 * 1024;
    static final int LONGEST_FILE = 2 * 1024 * 1024;
    private static final int LONGEST_LINE = 8 * 1024 * 1024;
    private static final int ATTACHES = 5;
    private static final Duration UNTIL_KILLED = Duration.ofSeconds(8);

    private final VersApi api;

    ApiTransport(VersApi api) {
        this.api = api;
    }

    @Override
    public Running start(String vm, Exec command, @Nullable InputStream stdin, OutputStream out, OutputStream err) {
        try {
            return begin(vm, command, stdin == null ? new byte[0] : stdin.readNBytes(LONGEST_INPUT), out, err);
        } catch (IOException e) {
            throw new VersException("POST", "/exec/stream", VersException.NO_REPLY, String.valueOf(e.getMessage()));
        }
    }

    private Job begin(String vm, Exec command, byte[] stdin, OutputStream out, OutputStream err) {
        String input = new String(RemoteCommand.environment(command.env()), StandardCharsets.UTF_8)
                + new String(stdin, StandardCharsets.UTF_8);
        InputStream lines = api.execStream(vm, Mapping.builder()
                .put("command", VersApi.words(RemoteCommand.words(command)))
                .put("stdin", input.isEmpty() ? null : input)
                .put("timeout_secs", Scalar.number(0)).build());
        return new Job(vm, command.limit(), lines, out, new RemoteCommand.Errors(err));
    }

    /** A command under way. */
    private final class Job implements Running {
        private final String vm;
        private final Duration limit;
        private final RemoteCommand.Errors err;
        private final OutputStream out;
        private final CompletableFuture<Outcome> ended = new CompletableFuture<>();
        private volatile InputStream lines;
        private volatile @Nullable Outcome instead;
        private volatile @Nullable String id;
        private @Nullable String cursor;

        Job(String vm, Duration limit, InputStream lines, OutputStream out, RemoteCommand.Errors err) {
            this.vm = vm;
            this.limit = limit;
            this.lines = lines;
            this.out = out;
            this.err = err;
            Thread.ofVirtual().name("exec").start(this::read);
        }

        private void read() {
            Outcome outcome = new Outcome.TransportFailed("the output broke off");
            for (int tried = 0; tried <= ATTACHES; tried++) {
                try (InputStream in = new BufferedInputStream(lines, 64 * 1024)) {
                    Outcome last = readLines(in);
                    if (last != null) {
                        outcome = last;
                        break;
                    }
                } catch (IOException | VersException e) {
                    outcome = new Outcome.TransportFailed(String.valueOf(e.getMessage()));
                }
                if (id == null || instead != null || !attach(tried)) {
                    break;
                }
            }
            Outcome chosen = instead;
            ended.complete(chosen == null ? outcome : chosen);
        }

        private boolean attach(int tried) {
            try {
                if (tried > 0) {
                    TimeUnit.MILLISECONDS.sleep(100L << tried);
                }
                lines = api.attach(vm, String.valueOf(id), cursor);
                return true;
            } catch (VersException _) {
                return tried < ATTACHES && attach(tried + 1);
            } catch (InterruptedException _) {
                return false;
            }
        }

        private @Nullable Outcome readLines(InputStream in) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int c = in.read(); c >= 0; c = in.read()) {
                if (c != '\n') {
                    line.write(c);
                    if (line.size() > LONGEST_LINE) {
                        throw new IOException("a line of the API is longer than " + LONGEST_LINE + " bytes");
                    }
                    continue;
                }
                Outcome outcome = line.size() == 0 ? null : take(line.toByteArray());
                line.reset();
                if (outcome != null) {
                    return outcome;
                }
            }
            return null;
        }

        private @Nullable Outcome take(byte[] json) throws IOException {
            Mapping line;
            try {
                line = Json.read(json) instanceof Mapping said ? said : Mapping.EMPTY;
            } catch (MalformedDocumentException e) {
                throw new IOException("a line of the API is not JSON: " + e.getMessage(), e);
            }
            cursor = line.text("cursor") == null ? cursor : line.text("cursor");
            id = line.text("exec_id") == null ? id : line.text("exec_id");
            return switch (String.valueOf(line.text("type"))) {
                case "chunk" -> {
                    byte[] data = Base64.getDecoder().decode(String.valueOf(line.text("data_b64")));
                    ("stderr".equals(line.text("stream")) ? err : out).write(data, 0, data.length);
                    yield null;
                }
                case "exit" -> {
                    err.flushHeld();
                    int code = Integer.parseInt(String.valueOf(line.text("exit_code")));
                    yield code < 0 ? new Outcome.Signalled(Signal.name(-code)) : new Outcome.Exited(code);
                }
                case "error" -> {
                    err.flushHeld();
                    yield new Outcome.TransportFailed(line.text("code") + ": " + line.text("message"));
                }
                default -> null;
            };
        }

        @Override
        public Outcome await() {
            return VmTransport.Running.await(ended, limit, this::end);
        }

        @Override
        public void abort() {
            end(new Outcome.Aborted());
        }

        private Outcome end(Outcome why) {
            if (!ended.isDone() && instead == null) {
                instead = why;
                String pid = err.pid(Duration.ofSeconds(2));
                if (pid != null) {
                    kill(pid);
                }
                ended.complete(why);
                try {
                    lines.close();
                } catch (IOException _) {
                    // Nothing more is read from it.
                }
            }
            return ended.join();
        }

        private void kill(String pid) {
            try (InputStream done = api.execStream(vm, Mapping.builder()
                    .put("command", VersApi.words(RemoteCommand.kill(pid)))
                    .put("timeout_secs", UNTIL_KILLED.toSeconds()).build())) {
                done.readAllBytes();
            } catch (IOException | VersException _) {
                // The VM ends it by itself a little later.
            }
        }
    }

    @Override
    public void put(String vm, String path, byte[] content, int mode) throws IOException {
        String temporary = path + ".asmp-part";
        try {
            api.putFile(vm, temporary, content, mode);
        } catch (VersException e) {
            throw new IOException(e.getMessage(), e);
        }
        Files.rename(this, vm, temporary, path);
    }

    @Override
    public byte[] get(String vm, String path, int most) throws IOException {
        return Files.read(this, vm, path, most);
    }

    @Override
    public void close(String vm) {}

    @Override
    public void close() {}

    /** Files by commands, which every VM has. */
    static final class Files {
        private Files() {}

        static void rename(VmTransport transport, String vm, String from, String to) throws IOException {
            check(transport.exec(vm, Exec.script("mv -f -- \"$1\" \"$2\"", from, to)), to);
        }

        static byte[] read(VmTransport transport, String vm, String path, int most) throws IOException {
            Result result = transport.exec(vm, Exec.script("exec head -c \"$2\" -- \"$1\"", path,
                    Integer.toString(most + 1)));
            check(result, path);
            if (result.stdout().length > most) {
                throw new IOException(path + " has more than " + most + " bytes");
            }
            return result.stdout();
        }

        static void check(Result result, String path) throws IOException {
            if (!result.outcome().isSuccess()) {
                String said = new String(result.stderr(), StandardCharsets.UTF_8).strip();
                throw new IOException(path + ": " + (said.isEmpty() ? result.outcome().shown() : said));
            }
        }
    }
}
