package dev.asmp.mcp;

import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import java.util.ArrayList;
import java.util.List;

/** The tools of the fleet: virtual machines that register themselves and find each other by role. */
final class FleetTools {
    private static final List<String> SHOWN = List.of("id", "name", "role", "status", "address", "services", "lastSeen",
            "registeredBy");
    private static final int USUAL = 50;

    private static final Schema VM = Schema.object().text("id", "The VM's id.").text("name", "Its name.")
            .text("role", "What it is for.").text("status", "running, paused or stopped.")
            .text("address", "How to reach it.").list("services", "What it offers.", Schema.object())
            .text("lastSeen", "Its last sign of life.").text("registeredBy", "Who registered it.").requires("id");

    static final Tool REGISTER = new Tool("registry_register", "Register a VM",
            """
                    Register a virtual machine in the fleet's registry, so that other agents find it by role. Call it once for each
                    VM, at its start or when you spawn it, then keep it alive with registry_heartbeat every 60 seconds. Services of
                    this machine are registered with service_register instead.""",
            Tool.Effect.ADDS,
            Schema.object().text("id", "The VM's id (VERS_VM_ID on the VM).").text("name", "A name for people.")
                    .oneOf("role", "What it is for.", VmRole.WORDS)
                    .text("address", "How others reach it, for example <id>.vm.vers.sh.")
                    .text("registeredBy", "The id of the agent or VM that registers it.")
                    .oneOf("status", "running unless told.", VmStatus.WORDS)
                    .list("services", "What it offers: [{name, port, healthPath?, protocol?}].",
                            Schema.object().text("name", "The service.").whole("port", "Its port.")
                                    .text("healthPath", "Where it answers while it is well.")
                                    .text("protocol", "http unless told.").requires("name", "port"))
                    .anything("metadata", "Whatever else should be known, for example agentId, commitId.")
                    .requires("id", "name", "role", "address", "registeredBy"),
            Schema.answer().anything("vm", "The entry.").requires("vm"), FleetTools::register);

    static final Tool LIST = new Tool("registry_list", "List VMs",
            """
                    List the virtual machines of the fleet, the newest first, also those that were not heard of for a while. Call it
                    to see the whole fleet; to find somebody to work with call registry_discover, which leaves the silent ones
                    out.""",
            Tool.Effect.READS,
            Schema.object().oneOf("role", "Only those of this role.", VmRole.WORDS)
                    .oneOf("status",
                            "Only those of this status; running leaves out who was not heard of for 5 minutes.",
                            VmStatus.WORDS)
                    .whole("limit", "How many to show at most; " + USUAL + " unless told.", 1, 500),
            listed(), call -> list(path(call), call));

    static final Tool DISCOVER = new Tool("registry_discover", "Discover VMs by role", """
            Find the virtual machines of one role that are running and were heard of in the last 5 minutes, the oldest
            first. Call it to find an infra host, a lieutenant or a worker to talk to, instead of keeping addresses.""",
            Tool.Effect.READS,
            Schema.object().oneOf("role", "The role.", VmRole.WORDS)
                    .whole("limit", "How many to show at most; " + USUAL + " unless told.", 1, 500).requires("role"),
            listed(),
            call -> list("/registry/discover/" + UrlEncoding.encode(call.arguments().required("role")), call));

    static final Tool HEARTBEAT = new Tool("registry_heartbeat", "Send a heartbeat", """
            Tell the fleet's registry that a virtual machine is alive. Call it every 60 seconds for a VM that you look
            after; after 5 minutes without one it is no longer discovered. Where asmp vm agent runs, it does
            this by itself.""", Tool.Effect.REFRESHES,
            Schema.object().text("id", "The VM's id.").requires("id"),
            Schema.answer().text("id", "The VM.").text("lastSeen", "The time of this sign of life.").requires("id"),
            FleetTools::heartbeat);

    private FleetTools() {}

    private static Schema listed() {
        return Schema.answer().whole("count", "How many there are.").list("vms", "Them.", VM)
                .text("hint", "What to do next.").requires("count", "vms");
    }

    private static Mapping register(Tool.Call call) {
        try {
            return Mapping.builder()
                    .put("vm",
                            TextSanitizer.document(call.fleet().post("/registry/vms", call.arguments().given()), 2_000,
                                    100))
                    .build();
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

    private static Mapping list(String path, Tool.Call call) {
        int limit = call.arguments().whole("limit", USUAL);
        List<Document> shown = new ArrayList<>();
        int count = call.fleet().getEach(path, "vms", vm -> {
            if (vm instanceof Mapping mapping && shown.size() < limit) {
                shown.add(summary(mapping));
            }
        });
        return Mapping.builder().put("count", count).put("vms", new Sequence(shown))
                .put("hint", count == 0
                        ? "None. registry_list without a filter shows every VM, also silent ones."
                        : count > shown.size() ? "These are the first " + shown.size() + "; raise limit." : null)
                .build();
    }

    private static Mapping summary(Mapping vm) {
        Mapping.Builder summary = Mapping.builder();
        for (String key : SHOWN) {
            Document value = vm.get(key);
            summary.put(key, value == null ? null : TextSanitizer.document(value, 200, 10));
        }
        return summary.build();
    }

    private static Mapping heartbeat(Tool.Call call) {
        String id = call.arguments().required("id");
        try {
            Mapping beat = call.fleet().post("/registry/vms/" + UrlEncoding.encode(id) + "/heartbeat", null);
            return Mapping.builder().put("id", TextSanitizer.line(beat.text("id"), 512))
                    .put("lastSeen", TextSanitizer.line(beat.text("lastSeen"), 40)).build();
        } catch (RegistryCalls.Refusal e) {
            if (e.status() != 404) {
                throw e;
            }
            throw new ToolFailure("The registry does not know a VM '" + TextSanitizer.line(id, 100)
                    + "': register it again with registry_register.");
        }
    }
}
