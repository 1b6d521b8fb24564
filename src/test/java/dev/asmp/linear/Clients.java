package dev.asmp.linear;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Yaml;
import dev.asmp.linear.Call.Kind;
import dev.asmp.linear.Call.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Clients that change and read a few names of one daemon at the same time, and write down each call. */
final class Clients {
    private static final int CLIENTS = 16;
    private static final List<String> NAMES = List.of("mail", "fax", "telex");

    private final RunningDaemon daemon;
    private final BooleanSupplier goOn;

    private Clients(RunningDaemon daemon, BooleanSupplier goOn) {
        this.daemon = daemon;
        this.goOn = goOn;
    }

    /** Runs the clients as long as asked, and returns all their calls. */
    static List<Call> run(RunningDaemon daemon, long seed, BooleanSupplier goOn) throws Exception {
        Clients clients = new Clients(daemon, goOn);
        List<Callable<List<Call>>> work = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Client client = clients.new Client(i, new Random(seed * CLIENTS + i));
            work.add(client::calls);
        }
        List<Call> calls = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            for (Future<List<Call>> done : threads.invokeAll(work)) {
                calls.addAll(done.get());
            }
        }
        return calls;
    }

    private final class Client {
        private final int number;
        private final Random random;
        private int count;

        Client(int number, Random random) {
            this.number = number;
            this.random = random;
        }

        List<Call> calls() throws Exception {
            List<Call> calls = new ArrayList<>();
            while (goOn.getAsBoolean()) {
                String name = NAMES.get(random.nextInt(NAMES.size()));
                Call found = get(name);
                calls.add(found);
                calls.add(switch (random.nextInt(8)) {
                    case 0, 1, 2 -> announce(name);
                    case 3, 4, 5 -> patch(name, found.generation());
                    case 6 -> delete(name, random.nextBoolean() ? found.generation() : 0);
                    default -> get(name);
                });
            }
            return calls;
        }

        private String newContent() {
            return number + "-" + ++count;
        }

        private Call get(String name) throws Exception {
            return call(name, Kind.GET, null, 0, "GET", "/services/" + name, null);
        }

        private Call announce(String name) throws Exception {
            String said = newContent();
            Mapping manifest = ((Mapping) Yaml.read(Manifests.yaml(name, "1"))).with("said", Scalar.text(said));
            return call(name, Kind.ANNOUNCE, said, 0, "POST", "/services/announce", manifest);
        }

        private Call patch(String name, long expected) throws Exception {
            String said = newContent();
            Mapping patch = Mapping.builder().put("said", said).build();
            return call(name, Kind.PATCH, said, expected, "PATCH", "/services/" + name, patch);
        }

        private Call delete(String name, long expected) throws Exception {
            return call(name, Kind.DELETE, null, expected, "DELETE", "/services/" + name, null);
        }

        private Call call(String name, Kind kind, @Nullable String said, long expected, String method, String path,
                @Nullable Mapping body) throws Exception {
            List<String> headers = new ArrayList<>();
            if (expected > 0) {
                headers.addAll(List.of("If-Match", "\"" + expected + "\""));
            }
            if (body != null) {
                headers.addAll(List.of("Content-Type", "application/json"));
            }
            byte[] bytes = body == null ? new byte[0] : Json.write(body);
            long called = System.nanoTime();
            RunningDaemon.Reply reply = daemon.send(method, path, bytes, headers.toArray(String[]::new));
            long returned = System.nanoTime();
            Outcome outcome = switch (reply.status()) {
                case 200, 201 -> Outcome.DONE;
                case 404 -> Outcome.NOT_FOUND;
                case 412 -> Outcome.CHANGED_MEANWHILE;
                default -> throw new AssertionError(method + " " + path + ": " + reply.status() + " " + reply.text());
            };
            boolean answered = outcome == Outcome.DONE && kind != Kind.DELETE;
            long generation = answered ? Long.parseLong(String.valueOf(reply.mapping().text("generation"))) : 0;
            String content = kind == Kind.GET && answered ? String.valueOf(reply.mapping().text("said")) : said;
            return new Call(name, kind, content, expected, outcome, generation, called, returned);
        }
    }

    /** A line per call, for a report. */
    static byte[] report(List<Call> calls) {
        StringBuilder lines = new StringBuilder();
        calls.forEach(call -> lines.append(call).append('\n'));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }
}
