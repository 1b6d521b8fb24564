package dev.asmp.mcp;

import dev.asmp.client.DetachedJob;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tools that make VMs and work in them. Each call names its VM: there is no active one. They cost money, so they are listed
 * only where the group is asked for, and act for the machine's owner alone.
 */
final class VmTools {
    private static final int SHOWN = 10_000;
    private static final int READ = 20_000;
    private static final int LONGEST = 1024 * 1024;
    private static final String VM = "vm";

    static final List<Tool> ALL = List.of(
            tool("vm_list", "List VMs of Vers", "VMs at Vers, with what is recorded and registered of each.",
                    Tool.Effect.READS, Schema.object(), Schema.object().requires("count", "vms"), call -> list(
                            OwnerCalls.ask(call, "GET", "/fleet/vms", null))),
            tool("vm_create", "Create a VM", "Make a VM from an image. It costs money until vm_delete.",
                    Tool.Effect.ADDS, made().whole("cpus", 1, 64).whole("memory_mib", 128, 1_000_000)
                            .whole("disk_mib", 128, 10_000_000),
                    Schema.object().requires("vms"), call -> make(call, call.arguments().given())),
            tool("vm_restore", "Restore a VM", "Make a VM from a commit, tag or repository:tag.", Tool.Effect.ADDS,
                    made().text("commit").requires("commit"), Schema.object().requires("vms"),
                    call -> make(call, renamed(call.arguments().given(), "commit", "from"))),
            tool("vm_branch", "Branch a VM", "Copy a running VM with its memory.", Tool.Effect.ADDS,
                    made().text(VM).whole("count", 1, 50).requires(VM), Schema.object().requires("vms"),
                    call -> make(call, renamed(call.arguments().given(), VM, "branch_of"))),
            tool("vm_commit", "Commit a VM", "Save memory and disk of a VM.", Tool.Effect.ADDS,
                    Schema.object().text(VM).text("name").flag("keep_paused", "Leave it paused.").requires(VM),
                    Schema.object().requires("commit_id"), VmTools::commit),
            tool("vm_state", "Pause or resume a VM", "A paused VM costs no compute.", Tool.Effect.REFRESHES,
                    Schema.object().text(VM).oneOf("state", List.of("paused", "running")).requires(VM, "state"),
                    Schema.object().requires("id"), VmTools::state),
            tool("vm_delete", "Delete a VM", "Delete a VM with all that is in it.", Tool.Effect.REPLACES,
                    Schema.object().text(VM).flag("confirm", "Must be true.").requires(VM, "confirm"),
                    Schema.object().requires("deleted"), VmTools::delete),
            tool("vm_exec", "Run a command in a VM",
                    "Run a shell command in a VM. The end of its output is shown; a limit ends it, but not with detach.",
                    Tool.Effect.ADDS,
                    Schema.object().text(VM).text("command", "For sh -c.", 65_536).text("directory")
                            .whole("timeout_s", 0, 86_400).flag("detach", "Let it run on.").requires(VM, "command"),
                    Schema.object().requires("outcome"), VmTools::exec),
            tool("vm_read", "Read a file of a VM", "Lines of a text file, from offset (1 is the first).",
                    Tool.Effect.READS,
                    Schema.object().text(VM).text("path").whole("offset", 1, 10_000_000).whole("limit", 1, 10_000)
                            .requires(VM, "path"),
                    Schema.object().requires("text"), VmTools::read),
            tool("vm_write", "Write a file of a VM", "Replace a file; its folders are made.", Tool.Effect.REPLACES,
                    Schema.object().text(VM).text("path").text("content", "Text.", LONGEST).text("mode", "Octal.")
                            .requires(VM, "path", "content"),
                    Schema.object().requires("bytes"), call -> write(call, call.arguments().required("path"),
                            String.valueOf(call.arguments().given().text("content")), call.arguments().text("mode"))),
            tool("vm_edit", "Edit a file of a VM", "Replace a text that occurs exactly once.", Tool.Effect.REPLACES,
                    Schema.object().text(VM).text("path").text("old", "What is there.", LONGEST)
                            .text("new", "What replaces it.", LONGEST).requires(VM, "path", "old", "new"),
                    Schema.object().requires("bytes"), VmTools::edit),
            tool("vm_copy", "Copy a file between VMs", "Up to 1 MiB; 'asmp vm cp' copies folders and more.",
                    Tool.Effect.REPLACES,
                    Schema.object().text(VM).text("path").text("to_vm").text("to_path")
                            .requires(VM, "path", "to_vm", "to_path"),
                    Schema.object().requires("bytes"), VmTools::copy),
            tool("golden_show", "Show the golden commit", "The commit that agents' VMs are restored from.",
                    Tool.Effect.READS, Schema.object(), Schema.object().requires("source"), call -> {
                        Mapping golden = OwnerCalls.ask(call, "GET", "/fleet/golden", null);
                        return new Tool.Answer(golden.text("commitId") + " (" + golden.text("source") + ")", golden);
                    }),
            tool("fleet_tree", "Show the tree of VMs", "Who made whom.", Tool.Effect.READS, Schema.object(),
                    Schema.object().requires("tree"), VmTools::tree));

    private VmTools() {}

    private static Tool tool(String name, String title, String description, Tool.Effect effect, Schema input,
            Schema output, Tool.Action action) {
        return new Tool(name, title, description, effect, input, output, action);
    }

    private static Schema made() {
        return Schema.object().text("name").text("role").flag("wait", "Until it has booted.");
    }

    private static String path(Tool.Call call) {
        return "/fleet/vms/" + UrlEncoding.encode(call.arguments().required(VM));
    }

    private static Mapping renamed(Mapping given, String from, String to) {
        Document value = given.get(from);
        return value == null ? given : given.without(List.of(from)).with(to, value);
    }

    private static Tool.Answer make(Tool.Call call, Mapping body) {
        return list(OwnerCalls.ask(call, "POST", "/fleet/vms", body));
    }

    private static Tool.Answer list(Mapping answer) {
        String lines = answer.list("vms").stream().map(one -> one instanceof Mapping vm ? line(vm) : "")
                .collect(Collectors.joining("\n"));
        return new Tool.Answer(lines.isEmpty() ? "No VMs." : lines, answer);
    }

    private static String line(Mapping vm) {
        String remark = vm.text("remark");
        return String.valueOf(TextSanitizer.line(vm.text("id") + " (" + vm.text("name") + ", "
                + (vm.text("exists") == null ? vm.text("state") : vm.text("exists")) + ")"
                + (remark == null || remark.isEmpty() ? "" : " " + remark), 300));
    }

    private static Tool.Answer commit(Tool.Call call) {
        Mapping commit = OwnerCalls.ask(call, "POST", path(call) + "/commit", call.arguments().given());
        return new Tool.Answer("Commit " + commit.text("commit_id"), commit);
    }

    private static Tool.Answer state(Tool.Call call) {
        boolean pauses = call.arguments().required("state").equals("paused");
        Mapping vm = OwnerCalls.ask(call, "POST", path(call) + (pauses ? "/pause" : "/resume"), null);
        return new Tool.Answer(line(vm), vm);
    }

    private static Tool.Answer delete(Tool.Call call) {
        if (!call.arguments().flag("confirm")) {
            throw new ToolFailure("Nothing was deleted: confirm must be true.");
        }
        Mapping deleted = OwnerCalls.ask(call, "DELETE", path(call), null);
        return new Tool.Answer("Deleted " + deleted.text("deleted"), deleted);
    }

    private static Tool.Answer exec(Tool.Call call) {
        String seconds = call.arguments().given().text("timeout_s");
        List<String> argv = List.of("sh", "-c", call.arguments().required("command"));
        DetachedJob job = call.arguments().flag("detach") ? DetachedJob.next() : null;
        Mapping body = Mapping.builder()
                .put("argv", Sequence.ofTexts(job == null ? argv : job.wordsThatTellItsFolder(argv)))
                .put("directory", call.arguments().text("directory"))
                .put("timeout", seconds == null ? "120s" : seconds.equals("0") ? "0" : seconds + "s").build();
        OwnerCalls.Output ran = OwnerCalls.run(call, path(call), body);
        String text = ran.text();
        if (job != null && "0".equals(ran.outcome().text("code"))) {
            return new Tool.Answer("Job " + job.id() + " runs on in the VM. vm_read shows its output in " + text
                    + "/out, and its exit code, once it has ended, in " + text + "/code.",
                    ran.outcome().with("job", Scalar.text(job.id())).with("folder", Scalar.text(text)));
        }
        return new Tool.Answer((text.isEmpty() ? "" : text + "\n") + "["
                + TextSanitizer.line(new String(Json.write(ran.outcome()), StandardCharsets.UTF_8), 300)
                + "]", ran.outcome().with("output", Scalar.text(text)).with("truncated", Scalar.bool(ran.isCut())));
    }

    private static byte[] content(Tool.Call call, String path) {
        Mapping file = OwnerCalls.ask(call, "GET",
                path(call) + "/files?path=" + UrlEncoding.encode(path) + "&most=" + LONGEST,
                null);
        return Base64.getDecoder().decode(String.valueOf(file.text("content_b64")));
    }

    private static Tool.Answer read(Tool.Call call) {
        String text = new String(content(call, call.arguments().required("path")), StandardCharsets.UTF_8);
        int from = call.arguments().whole("offset", 1);
        int most = call.arguments().whole("limit", 2_000);
        List<String> lines = text.lines().toList();
        String shown = lines.stream().skip(from - 1L).limit(most).collect(Collectors.joining("\n"));
        boolean isCut = shown.length() > READ;
        String part = isCut ? shown.substring(0, READ) : shown;
        long last = from - 1L + part.lines().count();
        String hint = isCut || last < lines.size()
                ? "\n[lines " + from + " to " + last + " of " + lines.size() + "; go on with offset " + (last + 1) + "]"
                : "";
        return new Tool.Answer(part + hint, Mapping.builder().put("text", part).put("lines", lines.size()).build());
    }

    private static Tool.Answer write(Tool.Call call, String path, String content, @Nullable String mode) {
        Mapping written = OwnerCalls.ask(call, "PUT", path(call) + "/files", Mapping.builder().put("path", path)
                .put("content_b64", Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8)))
                .put("mode", mode).build());
        return new Tool.Answer("Wrote " + written.text("bytes") + " bytes to " + TextSanitizer.line(path, 300),
                written);
    }

    private static Tool.Answer edit(Tool.Call call) {
        String path = call.arguments().required("path");
        String old = String.valueOf(call.arguments().given().text("old"));
        String text = new String(content(call, path), StandardCharsets.UTF_8);
        int first = text.indexOf(old);
        if (old.isEmpty() || first < 0 || text.indexOf(old, first + 1) >= 0) {
            throw new ToolFailure("Nothing was changed: the old text "
                    + (first < 0 || old.isEmpty() ? "does not occur in " : "occurs more than once in ")
                    + TextSanitizer.line(path, 300) + ".");
        }
        OwnerCalls.Output mode = OwnerCalls.run(call, path(call), Mapping.builder()
                .put("argv", Sequence.ofTexts(List.of("stat", "-c", "%a", "--", path))).build());
        String octal = mode.text();
        return write(call, path, text.substring(0, first) + call.arguments().given().text("new")
                + text.substring(first + old.length()), octal.matches("[0-7]{3}") ? "0" + octal : null);
    }

    private static Tool.Answer copy(Tool.Call call) {
        byte[] content = content(call, call.arguments().required("path"));
        String to = call.arguments().required("to_path");
        Mapping written = OwnerCalls.ask(call, "PUT",
                "/fleet/vms/" + UrlEncoding.encode(call.arguments().required("to_vm"))
                        + "/files",
                Mapping.builder().put("path", to)
                        .put("content_b64", Base64.getEncoder().encodeToString(content)).build());
        return new Tool.Answer("Copied " + written.text("bytes") + " bytes.", written);
    }

    private static Tool.Answer tree(Tool.Call call) {
        Mapping tree = OwnerCalls.ask(call, "GET", "/registry/tree", null);
        StringBuilder lines = new StringBuilder();
        tree.list("tree").forEach(one -> append(one, "", lines));
        return new Tool.Answer(lines.isEmpty() ? "No VMs." : lines.toString().strip(), tree);
    }

    private static void append(Document node, String indent, StringBuilder lines) {
        if (node instanceof Mapping vm && lines.length() < SHOWN) {
            lines.append(indent).append(TextSanitizer.line(vm.text("vmId") + " " + vm.text("name") + " ("
                    + vm.text("status") + ")", 200)).append('\n');
            vm.list("children").forEach(child -> append(child, indent + "  ", lines));
        }
    }
}
