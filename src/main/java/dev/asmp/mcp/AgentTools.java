package dev.asmp.mcp;

import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * The tools for agents: lieutenants, which stay, and a swarm's workers. They cost money and read what agents write, so they are
 * listed only where the group is asked for, and act for the machine's owner alone.
 */
final class AgentTools {
    private static final int SHOWN = 10_000;
    private static final int SLICE = 10;
    private static final int LONGEST_WAIT = 300;
    private static final int LONGEST_TEXT = 256 * 1024;
    private static final String NAME = "name";
    private static final String AGENTS = "agents";

    static final List<Tool> ALL = List.of(
            tool("lt_create", "Start a lieutenant",
                    "Start an agent that stays, on a VM, or with local on this machine. It costs until lt_rm.",
                    Tool.Effect.ADDS, born(Schema.object().text(NAME)).requires(NAME, "role"),
                    Schema.object().requires(NAME, "status"), AgentTools::create),
            tool("lt_send", "Send to a lieutenant",
                    "Give a lieutenant a message, whether it works or idles. Read the answer with lt_read.",
                    Tool.Effect.ADDS,
                    Schema.object().text(NAME).text("message", "Text.", LONGEST_TEXT)
                            .oneOf("mode", List.of("followUp", "steer")).requires(NAME, "message"),
                    Schema.object().requires("taskId"), AgentTools::send),
            tool("lt_read", "Read a lieutenant's answer", "The text of its last task; wait_s waits for the end.",
                    Tool.Effect.READS, read(), Schema.object().requires("text", "done"),
                    call -> read(call, lieutenant(call))),
            tool("lt_status", "List lieutenants", "All lieutenants and what they do.", Tool.Effect.READS,
                    Schema.object(), Schema.object().requires(AGENTS),
                    call -> list(OwnerCalls.ask(call, "GET", "/lieutenants", null))),
            tool("lt_abort", "Abort a lieutenant's task", "End what it does; it stays.", Tool.Effect.REFRESHES,
                    Schema.object().text(NAME).requires(NAME), Schema.object().requires("aborted"),
                    call -> said(OwnerCalls.ask(call, "POST", lieutenant(call) + "/abort", null))),
            tool("lt_pause", "Pause a lieutenant", "Pause the VM of an idle one.", Tool.Effect.REFRESHES,
                    Schema.object().text(NAME).requires(NAME), Schema.object().requires(NAME),
                    call -> one(OwnerCalls.ask(call, "POST", lieutenant(call) + "/pause", null))),
            tool("lt_resume", "Resume a lieutenant", "Wake a paused one, or start one again that has ended.",
                    Tool.Effect.REFRESHES, Schema.object().text(NAME).requires(NAME), Schema.object().requires(NAME),
                    call -> one(OwnerCalls.ask(call, "POST", lieutenant(call) + "/resume", null))),
            tool("lt_rm", "Remove a lieutenant", "End it and delete its VM and files.", Tool.Effect.REPLACES,
                    Schema.object().text(NAME).flag("confirm", "Must be true.").requires(NAME, "confirm"),
                    Schema.object().requires("removed"), call -> {
                        requireConsent(call);
                        return said(OwnerCalls.ask(call, "DELETE", lieutenant(call), null));
                    }),
            tool("lt_discover", "Find lieutenants", "Attach to those on VMs of ours that are not known here.",
                    Tool.Effect.REFRESHES, Schema.object(), Schema.object().requires("found"),
                    call -> said(OwnerCalls.ask(call, "POST", "/lieutenants/discover", null))),
            tool("swarm_spawn", "Start workers", "Start workers for one task at a time each. They cost until"
                    + " swarm_teardown.", Tool.Effect.ADDS,
                    born(Schema.object().whole("count", 1, 20).texts("labels", "Their names.")),
                    Schema.object().requires(AGENTS), AgentTools::spawn),
            tool("swarm_task", "Give a worker a task", "Give an idle worker a task. Wait with swarm_wait.",
                    Tool.Effect.ADDS,
                    Schema.object().text(NAME).text("task", "Text.", LONGEST_TEXT).requires(NAME, "task"),
                    Schema.object().requires("taskId"),
                    call -> said(OwnerCalls.ask(call, "POST", worker(call) + "/tasks",
                            Mapping.builder().put("task", call.arguments().required("task")).build()))),
            tool("swarm_wait", "Wait for tasks", "Wait for these tasks, or the last one of each worker.",
                    Tool.Effect.READS, Schema.object().texts("tasks", "Ids.").whole("timeout_s", 0, LONGEST_WAIT),
                    Schema.object().requires("completed", "pending", "timedOut"), AgentTools::await),
            tool("swarm_status", "List workers", "All workers and what they do.", Tool.Effect.READS, Schema.object(),
                    Schema.object().requires(AGENTS), call -> list(OwnerCalls.ask(call, "GET", "/swarm/agents", null))),
            tool("swarm_read", "Read a worker's answer", "The text of its last task; wait_s waits for the end.",
                    Tool.Effect.READS, read(), Schema.object().requires("text", "done"),
                    call -> read(call, worker(call))),
            tool("swarm_discover", "Find workers", "Attach to those on VMs of ours that are not known here.",
                    Tool.Effect.REFRESHES, Schema.object(), Schema.object().requires("found"),
                    call -> said(OwnerCalls.ask(call, "POST", "/swarm/discover", null))),
            tool("swarm_teardown", "End workers", "End these workers, or all, and delete their VMs.",
                    Tool.Effect.REPLACES,
                    Schema.object().texts(AGENTS, "Names.").flag("confirm", "Must be true.").requires("confirm"),
                    Schema.object().requires("removed", "kept"), AgentTools::tearDown));

    private AgentTools() {}

    private static Tool tool(String name, String title, String description, Tool.Effect effect, Schema input,
            Schema output, Tool.Action action) {
        return new Tool(name, title, description, effect, input, output, action);
    }

    private static Schema born(Schema schema) {
        return schema.text("role", "What it is for.").flag("local", "On this machine.").text("commit")
                .text("model", "provider/model").text("context", "Text for its AGENTS.md.", LONGEST_TEXT)
                .text("parent", "Your name, if you are an agent.");
    }

    private static Schema read() {
        return Schema.object().text(NAME).text("task", "Its id.").whole("tail", 1, SHOWN)
                .whole("wait_s", 0, LONGEST_WAIT).requires(NAME);
    }

    private static String lieutenant(Tool.Call call) {
        return "/lieutenants/" + UrlEncoding.encode(call.arguments().required(NAME));
    }

    private static String worker(Tool.Call call) {
        return "/swarm/agents/" + UrlEncoding.encode(call.arguments().required(NAME));
    }

    private static void requireConsent(Tool.Call call) {
        if (!call.arguments().flag("confirm")) {
            throw new ToolFailure("Nothing was ended: confirm must be true.");
        }
    }

    /** An answer whose lines are its fields. */
    private static Tool.Answer said(Mapping data) {
        List<String> lines = new ArrayList<>();
        data.fields().forEach((key, value) -> lines.add(key + ": " + switch (value) {
            case Scalar scalar -> TextSanitizer.line(scalar.text(), 300);
            case Sequence _ -> TextSanitizer.line(String.join(", ", data.texts(key)), 1_000);
            case Mapping _ -> "…";
        }));
        return new Tool.Answer(String.join("\n", lines), data);
    }

    private static Tool.Answer one(Mapping agent) {
        return new Tool.Answer(line(agent), agent);
    }

    private static String line(Mapping agent) {
        Mapping task = agent.mapping("task");
        String error = agent.text("error");
        String step = agent.text("step");
        return String.valueOf(TextSanitizer.line(agent.text(NAME) + " is " + agent.text("status")
                + (step == null ? "" : " at " + step) + (task.isEmpty() ? "" : " on " + task.text("id"))
                + (agent.text("stalled") == null ? "" : ", silent") + (error == null ? "" : ": " + error), 400));
    }

    private static Tool.Answer list(Mapping answer) {
        List<String> lines = new ArrayList<>();
        for (Document one : answer.list(AGENTS)) {
            lines.add(one instanceof Mapping agent ? line(agent) : "");
        }
        return new Tool.Answer(lines.isEmpty() ? "None." : String.join("\n", lines), answer);
    }

    private static Tool.Answer create(Tool.Call call) {
        OwnerCalls.ask(call, "POST", "/lieutenants", call.arguments().given());
        Mapping agent = OwnerCalls.ask(call, "GET", lieutenant(call), null);
        while ("starting".equals(agent.text("status"))) {
            String seen = agent.text("step");
            call.progress().at(seen == null ? "waits for its turn" : seen);
            agent = OwnerCalls.ask(call, "GET", lieutenant(call) + "?wait=" + SLICE + "s"
                    + (seen == null ? "" : "&seen=" + UrlEncoding.encode(seen)), null);
        }
        if ("error".equals(agent.text("status"))) {
            throw new ToolFailure(line(agent) + ". Nothing of it is left.");
        }
        return one(agent);
    }

    private static Tool.Answer send(Tool.Call call) {
        Mapping sent = OwnerCalls.ask(call, "POST", lieutenant(call) + "/send",
                call.arguments().given().without(List.of(NAME)));
        boolean joined = sent.get("joined") instanceof Scalar flag && flag.isTrue();
        return new Tool.Answer(
                "Task " + sent.text("taskId") + (joined ? ": it works already, and reads this then." : "."),
                sent);
    }

    private static Tool.Answer read(Tool.Call call, String path) {
        String task = call.arguments().text("task");
        String which = task == null ? "" : "&task=" + UrlEncoding.encode(task);
        Mapping read = OwnerCalls.ask(call, "GET", path + "/read?from=0" + which, null);
        long end = System.nanoTime() + call.arguments().whole("wait_s", 0) * 1_000_000_000L;
        while ("false".equals(read.text("done")) && System.nanoTime() - end < 0) {
            call.progress().at(read.text("next") + " characters");
            String same = read.text("taskId") == null
                    ? which
                    : "&task=" + UrlEncoding.encode(
                            String.valueOf(read.text("taskId")));
            long left = Math.clamp(seconds(end), 1, SLICE);
            OwnerCalls.ask(call, "GET", path + "/read?from=" + read.text("next") + "&wait=" + left + "s" + same, null);
            read = OwnerCalls.ask(call, "GET", path + "/read?from=0" + same, null);
        }
        String text = String.valueOf(read.text("text"));
        int tail = call.arguments().whole("tail", SHOWN);
        String shown = text.length() <= tail ? text : "[…]\n" + text.substring(text.length() - tail);
        Mapping result = read.mapping("result");
        String status = result.isEmpty() ? "is " + read.text("status") : String.valueOf(result.text("outcome"));
        return new Tool.Answer(TextSanitizer.text(shown) + "\n["
                + TextSanitizer.line(status + (result.text("error") == null
                        ? ""
                        : ": " + result.text("error")), 300)
                + "]", read.with("text", Scalar.text(shown)));
    }

    /** The results of the last tasks of a lieutenant, the newest first. */
    static Tool.Answer earlier(Tool.Call call, int count) {
        List<Document> all = OwnerCalls.ask(call, "GET", lieutenant(call) + "/history", null).list("results");
        List<Document> last = all.subList(Math.max(0, all.size() - count), all.size()).reversed();
        List<String> texts = last.stream().map(one -> one instanceof Mapping result
                ? TextSanitizer.text(String.valueOf(result.text("text"))).strip() + "\n["
                        + TextSanitizer.line(result.text("outcome"), 100) + "]"
                : "").toList();
        String text = TextSanitizer.cut(texts.isEmpty() ? "No task has ended yet." : String.join("\n", texts), SHOWN);
        return new Tool.Answer(text, Mapping.builder().put("text", text).put("done", Scalar.bool(true))
                .put("results", new Sequence(last)).build());
    }

    /** Ends all lieutenants; one that may still run is kept, and named with the reason. */
    static Tool.Answer removeAll(Tool.Call call) {
        requireConsent(call);
        List<String> removed = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        for (Document one : OwnerCalls.ask(call, "GET", "/lieutenants", null).list(AGENTS)) {
            String name = String.valueOf(((Mapping) one).text(NAME));
            try {
                OwnerCalls.ask(call, "DELETE", "/lieutenants/" + UrlEncoding.encode(name), null);
                removed.add(name);
            } catch (ToolFailure e) {
                kept.add(name + ": " + e.getMessage());
            }
        }
        return said(Mapping.builder().put("removed", Sequence.ofTexts(removed))
                .put("kept", kept.isEmpty() ? null : Sequence.ofTexts(kept)).build());
    }

    private static Tool.Answer spawn(Tool.Call call) {
        List<String> names = OwnerCalls.ask(call, "POST", "/swarm/agents", call.arguments().given()).list(AGENTS)
                .stream()
                .map(agent -> String.valueOf(((Mapping) agent).text(NAME))).toList();
        while (true) {
            List<Document> ours = OwnerCalls.ask(call, "GET", "/swarm/agents?wait=2s", null).list(AGENTS).stream()
                    .filter(one -> one instanceof Mapping agent && names.contains(agent.text(NAME))).toList();
            long starting = ours.stream().filter(one -> "starting".equals(((Mapping) one).text("status"))).count();
            if (starting == 0) {
                return list(Mapping.builder().put(AGENTS, new Sequence(ours)).build());
            }
            call.progress().at((names.size() - starting) + " of " + names.size());
        }
    }

    private static Tool.Answer await(Tool.Call call) {
        long end = System.nanoTime() + call.arguments().whole("timeout_s", LONGEST_WAIT) * 1_000_000_000L;
        while (true) {
            long left = Math.clamp(seconds(end), 0, SLICE);
            Mapping done = OwnerCalls.ask(call, "POST", "/swarm/wait", Mapping.builder()
                    .put("tasks", Sequence.ofTexts(call.arguments().given().texts("tasks")))
                    .put("timeoutSeconds", Scalar.number(left)).build());
            if ("false".equals(done.text("timedOut")) || System.nanoTime() - end >= 0) {
                return results(done);
            }
            int completed = done.list("completed").size();
            call.progress().at(completed + " done, " + done.texts("pending").size() + " not yet");
        }
    }

    /** The time until a moment in whole seconds, rounded up. */
    private static long seconds(long end) {
        return Math.ceilDiv(end - System.nanoTime(), 1_000_000_000L);
    }

    private static Tool.Answer results(Mapping done) {
        List<String> lines = new ArrayList<>();
        for (Document one : done.list("completed")) {
            if (one instanceof Mapping result) {
                String error = result.text("error");
                lines.add(TextSanitizer.line(result.text("agent") + " " + result.text("outcome")
                        + (error == null ? "" : ": " + error) + " ($" + result.text("cost") + ")", 300));
                lines.add(TextSanitizer.cut(TextSanitizer.text(String.valueOf(result.text("text"))).strip(), 2_000));
            }
        }
        done.texts("pending").forEach(task -> lines.add("not done yet: " + TextSanitizer.line(task, 100)));
        done.texts("unknown").forEach(task -> lines.add("no such task: " + TextSanitizer.line(task, 100)));
        return new Tool.Answer(lines.isEmpty() ? "No worker was given a task yet." : String.join("\n", lines), done);
    }

    private static Tool.Answer tearDown(Tool.Call call) {
        requireConsent(call);
        Mapping done = OwnerCalls.ask(call, "POST", "/swarm/teardown",
                Mapping.builder().put(AGENTS, call.arguments().given().get(AGENTS)).build());
        List<String> lines = new ArrayList<>();
        lines.add("Removed " + String.join(", ", done.texts("removed")) + ".");
        for (Document one : done.list("kept")) {
            if (one instanceof Mapping kept) {
                lines.add(TextSanitizer.line("Kept " + kept.text(NAME) + ": " + kept.text("error"), 300));
            }
        }
        return new Tool.Answer(String.join("\n", lines), done);
    }
}
