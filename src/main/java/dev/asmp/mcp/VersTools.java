package dev.asmp.mcp;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tools of pi-vers under their own names and arguments, for prompts that were written for it. Each is one of the tools here:
 * a VM is named in each call, and deleting wants {@code confirm}.
 */
final class VersTools {
    private static final String VM_ID = "vmId";
    private static final String PROXY_KEY = "llmProxyKey";
    private static final Pattern PLACE = Pattern.compile("vm:([^:]+):(.+)", Pattern.DOTALL);
    private static final Map<String, Tool> HERE = new HashMap<>();

    static {
        Stream.of(VmTools.ALL, AgentTools.ALL).flatMap(List::stream).forEach(tool -> HERE.put(tool.name(), tool));
    }

    static final List<Tool> ALL = List.of(
            alias("vers_vms", "vm_list"),
            alias("vers_vm_create", "vm_create", "vcpu_count", "cpus", "mem_size_mib", "memory_mib", "fs_size_mib",
                    "disk_mib", "wait_boot", "wait"),
            alias("vers_vm_restore", "vm_restore", "commitId", "commit"),
            alias("vers_vm_branch", "vm_branch", VM_ID, "vm"), alias("vers_vm_commit", "vm_commit", VM_ID, "vm"),
            state(), alias("vers_vm_delete", "vm_delete", VM_ID, "vm"), copy(), noActiveVm("vers_vm_use"),
            noActiveVm("vers_vm_local"), alias("vers_bash", "vm_exec", VM_ID, "vm", "timeout", "timeout_s"),
            alias("vers_read", "vm_read", VM_ID, "vm"),
            alias("vers_edit", "vm_edit", VM_ID, "vm", "oldText", "old", "newText", "new"),
            alias("vers_write", "vm_write", VM_ID, "vm"),
            born("vers_lt_create", "lt_create"), send(), readLieutenant(),
            alias("vers_lt_status", "lt_status"), alias("vers_lt_pause", "lt_pause"),
            alias("vers_lt_resume", "lt_resume"), destroy(), alias("vers_lt_discover", "lt_discover"),
            born("vers_swarm_spawn", "swarm_spawn"),
            alias("vers_swarm_task", "swarm_task", "agentId", "name"), await(),
            alias("vers_swarm_status", "swarm_status"), alias("vers_swarm_read", "swarm_read", "agentId", "name"),
            alias("vers_swarm_discover", "swarm_discover"), alias("vers_swarm_teardown", "swarm_teardown"));

    private VersTools() {}

    /** A tool here under another name; the words after it are names of arguments: there, and here. */
    private static Tool alias(String name, String here, String... renamed) {
        Map<String, String> there = new HashMap<>();
        Map<String, String> back = new HashMap<>();
        for (int i = 0; i < renamed.length; i += 2) {
            back.put(renamed[i], renamed[i + 1]);
            there.put(renamed[i + 1], renamed[i]);
        }
        Mapping input = tool(here).input();
        return translated(name, here, input.with("properties", renamed(input.mapping("properties"), there))
                .with("required", Sequence.ofTexts(input.texts("required").stream()
                        .map(one -> there.getOrDefault(one, one)).toList())),
                (_, given) -> renamed(given, back));
    }

    private static Tool tool(String here) {
        Tool tool = HERE.get(here);
        if (tool == null) {
            throw new IllegalStateException("there is no tool " + here);
        }
        return tool;
    }

    private static Mapping renamed(Mapping mapping, Map<String, String> names) {
        Mapping.Builder renamed = Mapping.builder();
        mapping.fields().forEach((name, value) -> renamed.put(names.getOrDefault(name, name), value));
        return renamed.build();
    }

    private static Tool translated(String name, String here, Mapping input,
            BiFunction<Tool.Call, Mapping, Mapping> arguments) {
        Tool tool = tool(here);
        return new Tool(name, tool.title(), tool.description(), tool.effect(), input, tool.output(),
                call -> tool.action().answer(
                        call.with(new ToolArguments(arguments.apply(call, call.arguments().given())))));
    }

    private static Tool state() {
        return translated("vers_vm_state", "vm_state", Schema.object().text(VM_ID)
                .oneOf("state", List.of("Paused", "Running", "paused", "running")).requires(VM_ID, "state").document(),
                (call, _) -> Mapping.builder().put("vm", call.arguments().required(VM_ID))
                        .put("state", call.arguments().required("state").toLowerCase(Locale.ROOT)).build());
    }

    private static Tool send() {
        Mapping input = tool("lt_send").input();
        return translated("vers_lt_send", "lt_send", input.with("properties", input.mapping("properties").with("mode",
                Mapping.builder().put("type", "string")
                        .put("enum", Sequence.ofTexts(List.of("prompt", "steer", "followUp"))).build())),
                (_, given) -> "prompt".equals(given.text("mode")) ? given.without(List.of("mode")) : given);
    }

    /** A tool that starts agents; {@code llmProxyKey} becomes a variable of theirs. */
    private static Tool born(String name, String here) {
        Tool alias = alias(name, here, "commitId", "commit");
        Mapping input = alias.input();
        return translated(name, here, input.with("properties", input.mapping("properties").with(PROXY_KEY,
                Mapping.builder().put("type", "string").build())), (_, given) -> {
                    Mapping body = renamed(given.without(List.of(PROXY_KEY)), Map.of("commitId", "commit"));
                    String key = given.text(PROXY_KEY);
                    return key == null
                            ? body
                            : body.with("env", Mapping.builder().put("LLM_PROXY_KEY", key).build());
                });
    }

    /** The current output, or with {@code history} that of earlier tasks. */
    private static Tool readLieutenant() {
        Tool read = tool("lt_read");
        Mapping input = read.input();
        return new Tool("vers_lt_read", read.title(), read.description(), read.effect(), input.with("properties",
                input.mapping("properties").with("history", Mapping.builder().put("type", "integer").put("minimum", 1)
                        .put("maximum", 20).build())),
                read.output(), call -> call.arguments().given().text("history") == null
                        ? read.action().answer(call)
                        : AgentTools.earlier(call, call.arguments().whole("history", 1)));
    }

    /** Ends one lieutenant, or all for the name {@code *}. */
    private static Tool destroy() {
        Tool rm = tool("lt_rm");
        return new Tool("vers_lt_destroy", rm.title(), rm.description(), rm.effect(), rm.input(), rm.output(),
                call -> "*".equals(call.arguments().text("name"))
                        ? AgentTools.removeAll(call)
                        : rm.action().answer(call));
    }

    private static Tool await() {
        return translated("vers_swarm_wait", "swarm_wait",
                Schema.object().texts("agentIds", "Names.").whole("timeoutSeconds", 0, 300).document(),
                (call, given) -> {
                    List<String> agents = given.texts("agentIds");
                    return Mapping.builder().put("timeout_s", given.get("timeoutSeconds"))
                            .put("tasks", agents.isEmpty() ? null : Sequence.ofTexts(lastTasks(call, agents))).build();
                });
    }

    /** The last task of each of these workers; untasked ones are not waited for. */
    private static List<String> lastTasks(Tool.Call call, List<String> agents) {
        List<String> tasks = new ArrayList<>();
        for (Document one : OwnerCalls.ask(call, "GET", "/swarm/agents", null).list("agents")) {
            if (one instanceof Mapping agent && agents.contains(agent.text("name"))) {
                String task = agent.get("task") == null
                        ? agent.mapping("last").text("taskId")
                        : agent.mapping("task").text("id");
                tasks.addAll(task == null ? List.of() : List.of(task));
            }
        }
        if (tasks.isEmpty()) {
            throw new ToolFailure("None of these workers has a task.");
        }
        return tasks;
    }

    private static Tool copy() {
        return translated("vers_vm_copy", "vm_copy",
                Schema.object().text("src", "vm:ID:PATH").text("dst", "vm:ID:PATH").requires("src", "dst").document(),
                (_, given) -> {
                    Matcher from = PLACE.matcher(String.valueOf(given.text("src")));
                    Matcher to = PLACE.matcher(String.valueOf(given.text("dst")));
                    if (!from.matches() || !to.matches()) {
                        throw new ToolFailure("Nothing was copied: both places must be vm:ID:PATH. 'asmp vm cp' copies"
                                + " from and to this machine, and folders.");
                    }
                    return Mapping.builder().put("vm", from.group(1)).put("path", from.group(2))
                            .put("to_vm", to.group(1)).put("to_path", to.group(2)).build();
                });
    }

    private static Tool noActiveVm(String name) {
        return new Tool(name, "Select a VM", "There is no active VM: name it in each call.", Tool.Effect.READS,
                Schema.object().text(VM_ID), Schema.object().requires("active"), _ -> new Tool.Answer(
                        "There is no active VM here: pass vmId in each call, of vers_bash, too. This machine's own files"
                                + " and commands are those of your other tools.",
                        Mapping.builder().put("active", Scalar.bool(false)).build()));
    }
}
