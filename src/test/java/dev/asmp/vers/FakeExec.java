package dev.asmp.vers;

import com.sun.net.httpserver.HttpExchange;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;

/** Commands and files of the fake API: local processes, whose output is kept so that a reader can attach again. */
@NullUnmarked
public final class FakeExec {
    private final FakeVersApi api;
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private volatile boolean missing;
    private volatile int cutAfter;

    FakeExec(FakeVersApi api) {
        this.api = api;
    }

    /** Lets the VMs lack the helper that runs commands, as images of an earlier time do. */
    public void isMissing() {
        missing = true;
    }

    /** Cuts each stream after this many lines; 0 for never. */
    public void cutStreamsAfter(int lines) {
        cutAfter = lines;
    }

    /** A command with its output as lines of JSON. */
    private static final class Job {
        private final String vm;
        private final List<Mapping> lines = new ArrayList<>();
        private boolean ended;

        Job(String vm) {
            this.vm = vm;
        }

        synchronized void add(Mapping line, boolean last) {
            lines.add(line);
            ended |= last;
            notifyAll();
        }

        synchronized Mapping line(int index) throws InterruptedException {
            while (index >= lines.size() && !ended) {
                wait();
            }
            return index < lines.size() ? lines.get(index) : null;
        }
    }

    /** Answers a call that streams; whether it was one. */
    boolean streams(String call, byte[] body, HttpExchange exchange) throws IOException {
        String[] parts = call.split("/", -1);
        boolean attaches = call.endsWith("/exec/stream/attach");
        if (!call.startsWith("POST /vm/") || !(attaches || call.endsWith("/exec/stream"))) {
            return false;
        }
        FakeVersApi.Machine vm = api.vm(parts[2]);
        Mapping asked = (Mapping) Json.read(body);
        if (vm == null || missing) {
            FakeVersApi.send(exchange, vm == null
                    ? FakeVersApi.Reply.error(404, "VM not found")
                    : FakeVersApi.Reply.text(501, "exec is not available in this VM"));
            return true;
        }
        String id = attaches ? String.valueOf(asked.text("exec_id")) : UUID.randomUUID().toString();
        Job job = attaches ? jobs.get(id) : begin(vm, id, asked);
        if (job == null) {
            FakeVersApi.send(exchange, FakeVersApi.Reply.error(404, "no such exec"));
            return true;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson");
        exchange.sendResponseHeaders(200, 0);
        int at = asked.text("cursor") == null ? 0 : Integer.parseInt(String.valueOf(asked.text("cursor"))) + 1;
        send(job, at, exchange.getResponseBody());
        return true;
    }

    private void send(Job job, int from, OutputStream out) throws IOException {
        try {
            int sent = 0;
            for (int at = from;; at++) {
                Mapping line = job.line(at);
                if (line == null) {
                    return;
                }
                if (cutAfter > 0 && sent++ == cutAfter) {
                    throw new IOException("cut");
                }
                out.write(Json.write(line));
                out.write('\n');
                out.flush();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Job begin(FakeVersApi.Machine vm, String id, Mapping asked) throws IOException {
        Map<String, String> env = new TreeMap<>();
        asked.mapping("env").fields().forEach((name, _) -> env.put(name, asked.mapping("env").text(name)));
        Job job = new Job(vm.id);
        jobs.put(id, job);
        Process process = vm.box.start(asked.texts("command"), env, asked.text("working_dir"));
        String stdin = asked.text("stdin");
        try (OutputStream in = process.getOutputStream()) {
            in.write(stdin == null ? new byte[0] : stdin.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // The command does not read it.
        }
        Thread out = Thread.startVirtualThread(() -> copy(process.getInputStream(), "stdout", id, job));
        Thread err = Thread.startVirtualThread(() -> copy(process.getErrorStream(), "stderr", id, job));
        Thread.startVirtualThread(() -> end(process, out, err, asked, job));
        return job;
    }

    private static void copy(InputStream from, String stream, String id, Job job) {
        byte[] buffer = new byte[16 * 1024];
        try (from) {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                byte[] part = java.util.Arrays.copyOf(buffer, n);
                synchronized (job) {
                    job.add(Mapping.builder().put("type", "chunk").put("stream", stream)
                            .put("data_b64", Base64.getEncoder().encodeToString(part)).put("cursor", job.lines.size())
                            .put("exec_id", id).build(), false);
                }
            }
        } catch (IOException _) {
            // The process was ended.
        }
    }

    private static void end(Process process, Thread out, Thread err, Mapping asked, Job job) {
        try {
            long limit = asked.text("timeout_secs") == null ? 0 : Long.parseLong(asked.text("timeout_secs"));
            boolean inTime = limit == 0 || process.waitFor(limit, TimeUnit.SECONDS);
            if (!inTime) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            int code = process.waitFor();
            out.join();
            err.join();
            synchronized (job) {
                job.add(inTime
                        ? Mapping.builder().put("type", "exit").put("exit_code", code).put("cursor", job.lines.size())
                                .build()
                        : Mapping.builder().put("type", "error").put("code", "timeout").put("message", "timed out")
                                .build(),
                        true);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    FakeVersApi.Reply answer(FakeVersApi.Machine vm, String call, Mapping asked, String query) throws IOException {
        if (missing) {
            return FakeVersApi.Reply.text(501, "exec is not available in this VM");
        }
        return switch (call) {
            case "GET /vm/ID/files" -> {
                Path file = vm.box.file(FakeVersApi.parameter(query, "path"));
                yield Files.isRegularFile(file)
                        ? FakeVersApi.Reply.json(200, Mapping.builder().put("content_b64",
                                Base64.getEncoder().encodeToString(Files.readAllBytes(file))).build())
                        : FakeVersApi.Reply.error(404, "no such file");
            }
            case "PUT /vm/ID/files" -> put(vm.box.file(asked.text("path")), asked);
            case "GET /vm/ID/logs" -> logs(vm.id, query);
            default -> FakeVersApi.Reply.error(404, "not found");
        };
    }

    private static FakeVersApi.Reply put(Path file, Mapping asked) throws IOException {
        if (asked.get("create_dirs") instanceof Scalar make && make.isTrue()) {
            Files.createDirectories(file.getParent());
        }
        Files.write(file, Base64.getDecoder().decode(asked.text("content_b64")));
        int mode = asked.text("mode") == null ? 0644 : Integer.parseInt(asked.text("mode"));
        PosixFilePermission[] all = PosixFilePermission.values();
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < 9; bit++) {
            if ((mode & (0400 >> bit)) != 0) {
                permissions.add(all[bit]);
            }
        }
        Files.setPosixFilePermissions(file, permissions);
        return FakeVersApi.Reply.text(200, "");
    }

    private FakeVersApi.Reply logs(String vm, String query) {
        List<Document> entries = new ArrayList<>();
        jobs.values().stream().filter(job -> job.vm.equals(vm)).forEach(job -> {
            synchronized (job) {
                job.lines.stream().filter(line -> "chunk".equals(line.text("type"))).forEach(entries::add);
            }
        });
        int from = Integer.parseInt(FakeVersApi.parameter(query, "offset"));
        int most = Integer.parseInt(FakeVersApi.parameter(query, "max_entries"));
        List<Document> page = entries.subList(Math.min(from, entries.size()), Math.min(from + most, entries.size()));
        return FakeVersApi.Reply.json(200, Mapping.builder().put("entries", new Sequence(page))
                .put("next_offset", from + page.size()).put("eof", Scalar.bool(from + page.size() >= entries.size()))
                .build());
    }
}
