package dev.asmp.mcp;

import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.SecretMask;
import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The tools of the fleet: virtual machines that register themselves and find each other by role. */
final class FleetTools {
    private static final List<String> SHOWN = List.of("id", "name", "role", "status", "address", "services", "lastSeen",
            "registeredBy");
    private static final int USUAL = 50;

    static final Tool REGISTER = new Tool("registry_register", "Register a VM",
            """
                    Register a virtual machine in the fleet's registry, so that agents find it by role. Call it once per VM, then
                    registry_heartbeat every 60 seconds.""",
            Tool.Effect.ADDS,
            Schema.object().text("id", "VERS_VM_ID.").text("name")
                    .oneOf("role", VmRole.WORDS)
                    .text("address")
                    .text("registeredBy", "Your id.")
                    .oneOf("status", VmStatus.WORDS)
                    .objects("services", "[{name, port, healthPath?, protocol?}]")
                    .anything("metadata")
                    .requires("id", "name", "role", "address", "registeredBy"),
            Schema.object().requires("vm"), FleetTools::register);

    static final Tool LIST = new Tool("registry_list", "List VMs",
            "List the virtual machines of the fleet, also silent ones. Call it to see the whole fleet.",
            Tool.Effect.READS,
            Schema.object().oneOf("role", VmRole.WORDS).oneOf("status", VmStatus.WORDS).whole("limit", 1, 500),
            Schema.object().requires("count", "vms"), call -> list(path(call), call));

    static final Tool DISCOVER = new Tool("registry_discover", "Discover VMs by role",
            """
                    Find the running virtual machines of a role with a heartbeat in the last 5 minutes. Call it instead of keeping
                    addresses.""",
            Tool.Effect.READS,
            Schema.object().oneOf("role", VmRole.WORDS).whole("limit", 1, 500).requires("role"),
            Schema.object().requires("count", "vms"),
            call -> list("/registry/discover/" + UrlEncoding.encode(call.arguments().required("role")), call));

    static final Tool HEARTBEAT = new Tool("registry_heartbeat", "Send a heartbeat", """
            Tell the fleet's registry that a virtual machine is alive. Call it every 60 seconds for a VM without asmp vm
            agent.""",
            Tool.Effect.REFRESHES, Schema.object().text("id").requires("id"),
            Schema.object().requires("id"), FleetTools::heartbeat);

    private FleetTools() {}

    private static Tool.Answer register(Tool.Call call) {
        try {
            Mapping vm = call.fleet().post("/registry/vms", call.arguments().given());
            return new Tool.Answer("Registered " + line(summary(vm)) + ". Send registry_heartbeat every 60 seconds.",
                    Mapping.builder().put("vm", TextSanitizer.document(vm, 2_000, 100)).build());
        } catch (RegistryCalls.Refusal e) {
            if (e.status() != 409) {
                throw e;
            }
            throw new ToolFailure("A VM with the id '" + TextSanitizer.line(call.arguments().required("id"), 100)
                    + "' is registered already. If it is this one, call registry_heartbeat with its id; registry_list shows"
                    + " it. If it is another, use the right id.");
        }
    }

    private static String path(Tool.Call call) {
        List<String> filters = new ArrayList<>();
        for (String filter : List.of("role", "status")) {
            String value = call.arguments().text(filter);
            if (value != null) {
                filters.add(filter + "=" + UrlEncoding.encode(value));
            }
        }
        return "/registry/vms" + (filters.isEmpty() ? "" : "?" + String.join("&", filters));
    }

    private static Tool.Answer list(String path, Tool.Call call) {
        int limit = call.arguments().whole("limit", USUAL);
        List<Mapping> shown = new ArrayList<>();
        int count = call.fleet().getEach(path, "vms", vm -> {
            if (vm instanceof Mapping mapping && shown.size() < limit) {
                shown.add(summary(mapping));
            }
        }).count();
        String hint = count == 0
                ? "None. registry_list without a filter shows every VM, also silent ones."
                : count > shown.size()
                        ? "These are the first " + shown.size() + " of " + count + "; raise limit."
                        : null;
        String lines = shown.stream().map(FleetTools::line).collect(Collectors.joining("\n"));
        return new Tool.Answer(ServiceTools.joined(lines.isEmpty() ? null : lines, hint), Mapping.builder()
                .put("count", count).put("vms", new Sequence(List.copyOf(shown))).put("hint", hint).build());
    }

    /** A line such as {@code vm-1 (worker, running) at vm-1.vm.vers.sh}. */
    private static String line(Mapping vm) {
        return TextSanitizer.line(vm.text("id"), 100) + " (" + vm.text("role") + ", " + vm.text("status") + ") at "
                + TextSanitizer.line(vm.text("address"), 100);
    }

    /** The fields for a model; a registry elsewhere may not mask secrets. */
    private static Mapping summary(Mapping vm) {
        Mapping masked = SecretMask.masked(vm);
        Mapping.Builder summary = Mapping.builder();
        for (String key : SHOWN) {
            Document value = masked.get(key);
            summary.put(key, value == null ? null : TextSanitizer.document(value, 200, 10));
        }
        return summary.build();
    }

    private static Tool.Answer heartbeat(Tool.Call call) {
        String id = call.arguments().required("id");
        try {
            Mapping beat = call.fleet().post("/registry/vms/" + UrlEncoding.encode(id) + "/heartbeat", null);
            Mapping data = Mapping.builder().put("id", TextSanitizer.line(beat.text("id"), 512))
                    .put("lastSeen", TextSanitizer.line(beat.text("lastSeen"), 40)).build();
            return new Tool.Answer(data.text("id") + " is alive, " + data.text("lastSeen") + ".", data);
        } catch (RegistryCalls.Refusal e) {
            if (e.status() != 404) {
                throw e;
            }
            throw new ToolFailure("The registry does not know a VM '" + TextSanitizer.line(id, 100)
                    + "': register it again with registry_register.");
        }
    }
}
