package dev.asmp.cli;

import dev.asmp.client.DetachedJob;
import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Durations;
import dev.asmp.vers.Exec;
import dev.asmp.vers.Outcome;
import dev.asmp.wire.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code asmp vm exec|cat|logs}: a command in a VM, over the daemon's connection to it. With {@code -i} this process connects
 * itself, so that standard input flows. The exit code is the command's; 128 and the signal's number; 124 for a limit; 125 for
 * a way that broke, and a sentence on standard error.
 */
final class VmExecCommand implements Command {
    static final int TIMED_OUT = 124;
    static final int BROKEN = 125;
    private static final int SILENCE_MILLIS = 30_000;
    private static final OptionSpec INPUT = OptionSpec.flag("--input", "pass on standard input").orShort("-i");
    private static final OptionSpec TIMEOUT = OptionSpec.value("--timeout", "T",
            "end the command's processes after this time, such as 30s (5m; 0 for never)");
    private static final OptionSpec DETACH = OptionSpec.flag("--detach",
            "let it run on in the VM, and print the id for vm logs");
    private static final OptionSpec FOLLOW = OptionSpec.flag("--follow", "go on until the command ends").orShort("-f");
    private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "QUIT", 3, "ABRT", 6, "KILL", 9,
            "SEGV", 11, "PIPE", 13, "ALRM", 14, "TERM", 15);
    private static final String JOBS = """
            cd "$HOME/.asmp/jobs" 2>/dev/null || exit 0
            for j in *; do [ -f "$j/command" ] || continue
            if [ -f "$j/code" ]; then s="exited $(cat "$j/code")"
            elif kill -0 "$(cat "$j/pid" 2>/dev/null)" 2>/dev/null; then s=runs; else s=ended; fi
            printf '%s  %s  %s\\n' "$j" "$s" "$(head -c 200 "$j/command" | head -n 1)"; done
            """;
    private static final String LOG = """
            d="$HOME/.asmp/jobs/$1"; [ -f "$d/out" ] || { echo "there is no job $1" >&2; exit 1; }
            if [ "$2" = follow ] && [ ! -f "$d/code" ]; then tail -n +1 -f --pid="$(cat "$d/pid")" "$d/out"
            else cat "$d/out"; fi
            """;

    private final String verb;

    VmExecCommand(String verb) {
        this.verb = verb;
    }

    @Override
    public CommandSpec spec() {
        return switch (verb) {
            case "cat" -> new CommandSpec("vm cat", "[ID] PATH", "print a file of a VM", List.of(),
                    List.of("asmp vm cat 3f2a91c0-4b7e-4d0e-9a41-0c6b6b0d9f5e /etc/os-release"));
            case "logs" ->
                new CommandSpec("vm logs", "[ID] [JOB]", "list the detached commands of a VM, or print one's output",
                        List.of(FOLLOW), List.of("asmp vm logs 3f2a91c0-4b7e-4d0e-9a41-0c6b6b0d9f5e a41f09c2 -f"));
            default -> new CommandSpec("vm exec", "[ID] -- ARGV...",
                    "run a command in a VM; no shell reads its words unless you name one",
                    List.of(INPUT, TIMEOUT, DETACH, OptionSpec.value("--dir", "PATH", "where it runs"),
                            OptionSpec.values("--env", "NAME=VALUE", "a variable for it; again for more")),
                    List.of("asmp vm exec 3f2a91c0-4b7e-4d0e-9a41-0c6b6b0d9f5e --timeout 30s -- make test",
                            "asmp vm exec 3f2a91c0-4b7e-4d0e-9a41-0c6b6b0d9f5e -- sh -c 'ls | wc -l'"));
        };
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws Exception {
        return switch (verb) {
            case "cat" -> cat(arguments, session);
            case "logs" -> logs(arguments, session);
            default -> exec(arguments, session);
        };
    }

    private int cat(CommandArguments arguments, CommandContext session) throws IOException {
        List<String> operands = arguments.operands();
        String chosen = operands.size() == 1 ? VmUseCommand.chosen(session) : null;
        if (operands.size() != 2 && chosen == null) {
            throw new UsageError("two operands are needed: the VM's ID and a PATH");
        }
        return exec(chosen == null ? operands.getFirst() : chosen, List.of("cat", "--", operands.getLast()), null,
                session);
    }

    private int logs(CommandArguments arguments, CommandContext session) throws IOException {
        arguments.noMoreThan(2);
        List<String> operands = arguments.operands();
        boolean namesNone = operands.isEmpty() || (operands.size() == 1 && operands.getFirst().matches(DetachedJob.ID));
        String chosen = namesNone ? VmUseCommand.chosen(session) : null;
        if (chosen == null && operands.isEmpty()) {
            throw new UsageError("the VM's ID is missing");
        }
        String id = chosen == null ? operands.getFirst() : chosen;
        boolean lists = operands.size() == (chosen == null ? 1 : 0);
        List<String> argv = lists
                ? List.of("sh", "-c", JOBS)
                : List.of("sh", "-c", LOG, "sh", operands.getLast(),
                        arguments.has("--follow") ? "follow" : "all");
        return ask(id, Mapping.builder().put("argv", Sequence.ofTexts(argv))
                .put("timeout", arguments.has("--follow") ? "0" : "5m").build(), session);
    }

    private int exec(CommandArguments arguments, CommandContext session) throws IOException {
        String id = VmUseCommand.vm(arguments, session);
        List<String> argv = arguments.rest();
        if (argv == null || argv.isEmpty()) {
            throw new UsageError("the command is missing: asmp vm exec ID -- ARGV...");
        }
        Mapping.Builder env = Mapping.builder();
        for (String written : arguments.values("--env")) {
            int equals = written.indexOf('=');
            if (equals < 1) {
                throw new UsageError("'" + written + "' is not NAME=VALUE");
            }
            env.put(written.substring(0, equals), written.substring(equals + 1));
        }
        String timeout = arguments.value("--timeout");
        Duration limit = limit(timeout);
        if (arguments.has("--input")) {
            return direct(id, new Exec(argv, Map.of(), arguments.value("--dir"), limit), env.build(), session);
        }
        Mapping.Builder body = Mapping.builder().put("env", env.build())
                .put("timeout", limit.isZero() ? "0" : limit.toMillis() + "ms")
                .put("directory", arguments.value("--dir"));
        if (!arguments.has("--detach")) {
            return ask(id, body.put("argv", Sequence.ofTexts(argv)).build(), session);
        }
        DetachedJob job = DetachedJob.next();
        int status = ask(id, body.put("argv", Sequence.ofTexts(job.words(argv))).build(), session);
        if (status == DONE) {
            session.out().println(job.id());
        }
        return status;
    }

    private static Duration limit(@Nullable String timeout) {
        try {
            return timeout == null
                    ? Duration.ofMinutes(5)
                    : timeout.equals("0") ? Duration.ZERO : Durations.parse(timeout);
        } catch (IllegalArgumentException e) {
            throw new UsageError("--timeout: " + e.getMessage());
        }
    }

    /** Runs a command over the daemon's connection, and passes on its output. */
    int exec(String id, List<String> argv, @Nullable String timeout, CommandContext session) throws IOException {
        return ask(id, Mapping.builder().put("argv", Sequence.ofTexts(argv)).put("timeout", timeout).build(), session);
    }

    private static int ask(String id, Mapping body, CommandContext session) throws IOException {
        Outcome[] outcome = {new Outcome.TransportFailed("the daemon's answer broke off")};
        try {
            new OwnerClient(session.environment()).stream(
                    Request.json("POST", "/fleet/vms/" + UrlEncoding.encode(id) + "/exec", Json.write(body)),
                    SILENCE_MILLIS, line -> {
                        if (line.isEmpty()) {
                            return true;
                        }
                        Mapping said = JsonReader.mapping(line.getBytes(StandardCharsets.UTF_8));
                        Outcome ended = Outcome.of(said);
                        if (ended != null) {
                            outcome[0] = ended;
                            return false;
                        }
                        write(said, session);
                        return true;
                    });
        } catch (IOException e) {
            outcome[0] = new Outcome.TransportFailed(IoReason.of(e));
        }
        return end(outcome[0], session);
    }

    private static void write(Mapping line, CommandContext session) {
        byte[] data = Base64.getDecoder().decode(String.valueOf(line.text("data_b64")));
        PrintStream out = "stderr".equals(line.text("stream")) || session.json() ? session.err() : session.out();
        out.write(data, 0, data.length);
        out.flush();
    }

    /** Runs a command over a connection of this process, with standard input. */
    private static int direct(String id, Exec command, Mapping env, CommandContext session) {
        Map<String, String> variables = new TreeMap<>();
        env.fields().keySet().forEach(name -> variables.put(name, String.valueOf(env.text(name))));
        try (VmDirect vm = VmDirect.forCommands(id, session)) {
            Outcome outcome = vm.transport().stream(id, command.with(variables), System.in, flushing(session.out()),
                    flushing(session.err()));
            return end(outcome, session);
        }
    }

    static OutputStream flushing(PrintStream out) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                out.write(b);
                out.flush();
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                out.write(bytes, offset, length);
                out.flush();
            }
        };
    }

    /** Tells how a command ended; returns the exit code that stands for it. */
    static int end(Outcome outcome, CommandContext session) {
        if (session.json()) {
            session.printJson(Json.write(outcome.document()));
        }
        if (outcome instanceof Outcome.Exited(int code)) {
            return code; // most end so, and a pattern switch takes the JVM some milliseconds to link
        }
        if (!session.json()) {
            session.err().println("asmp: " + Terminal.clean(outcome.shown()));
        }
        return switch (outcome) {
            case Outcome.Exited(int code) -> code;
            case Outcome.Signalled(String signal) -> 128 + SIGNALS.getOrDefault(signal, 0);
            case Outcome.TimedOut _ -> TIMED_OUT;
            case Outcome.TransportFailed _,Outcome.Aborted _ -> BROKEN;
        };
    }
}
