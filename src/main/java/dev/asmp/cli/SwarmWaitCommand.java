package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

final class SwarmWaitCommand implements Command {
    /** The client waits for an answer for two minutes. */
    private static final Duration AT_ONCE = Duration.ofSeconds(60);

    @Override
    public CommandSpec spec() {
        return new CommandSpec("swarm wait", "[TASK...]",
                "wait for tasks, or for the last one of each worker, and print their results",
                List.of(OptionSpec.value("--timeout", "T", "give up after this, such as 10m; usual is 1h")),
                List.of("asmp swarm wait", "asmp swarm wait --timeout 10m --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String timeout = Objects.requireNonNullElse(arguments.value("--timeout"), "1h");
        long end;
        try {
            end = System.nanoTime() + Durations.parse(timeout).toNanos();
        } catch (IllegalArgumentException e) {
            throw new UsageError("--timeout: " + e.getMessage());
        }
        AgentCalls calls = AgentCalls.workers(session);
        List<String> tasks = arguments.operands();
        while (true) {
            long left = Math.clamp(Math.ceilDiv(end - System.nanoTime(), 1_000_000_000L), 0, AT_ONCE.toSeconds());
            Mapping done = calls.call("POST", "/swarm/wait", Mapping.builder().put("tasks", Sequence.ofTexts(tasks))
                    .put("timeoutSeconds", Scalar.number(left)).build());
            boolean isOver = "false".equals(done.text("timedOut")) || System.nanoTime() - end >= 0;
            if (isOver) {
                return print(done, session);
            }
            if (tasks.isEmpty()) { // those of the first look, also if they end before the next one
                tasks = JsonReader.mappings(done, "completed").stream().map(one -> String.valueOf(one.text("taskId")))
                        .toList();
                tasks = Stream.concat(tasks.stream(), done.texts("pending").stream()).toList();
            }
        }
    }

    private static int print(Mapping done, CommandContext session) {
        List<Mapping> completed = JsonReader.mappings(done, "completed");
        if (session.json()) {
            session.printJson(Json.write(done));
        } else {
            for (Mapping result : completed) {
                session.out().println(Terminal.clean(result.text("agent") + "  " + AgentCalls.outcome(result)));
                session.out().println(Terminal.cleanLines(ServiceTable.or(result.text("text"), "").strip()));
                session.out().println();
            }
            done.texts("pending").forEach(task -> session.err().println("not done yet: " + Terminal.clean(task)));
            done.texts("unknown").forEach(task -> session.err().println("no such task: " + Terminal.clean(task)));
            if (completed.isEmpty() && done.texts("pending").isEmpty() && done.texts("unknown").isEmpty()) {
                session.out().println("no worker was given a task yet");
            }
        }
        boolean all = "false".equals(done.text("timedOut")) && done.texts("unknown").isEmpty()
                && completed.stream().allMatch(one -> "succeeded".equals(one.text("outcome")));
        return all ? DONE : FAILED;
    }
}
