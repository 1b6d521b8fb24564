package dev.asmp.lieutenant;

import dev.asmp.agent.AgentFolder;
import dev.asmp.document.Mapping;
import dev.asmp.lieutenant.AgentRecord.Identity;
import dev.asmp.lieutenant.AgentRecord.Kind;
import dev.asmp.manifest.Environment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an agent is started with: its command, its variables and its prompt. */
final class Birth {
    private static final String PROMPT = "system-prompt.md";
    /** Variables of this process that an agent on this machine gets, too; all else is its owner's to give. */
    private static final List<String> PASSED_ON = List.of("HOME", "PATH", "USER", "LOGNAME", "SHELL", "LANG", "TMPDIR",
            "PI_CODING_AGENT_DIR", "PUNKIN_CODING_AGENT_DIR");

    private final Environment environment;
    private final Identity identity;
    private final AgentRequest request;
    private final String registryUrl;

    Birth(Environment environment, Identity identity, AgentRequest request, @Nullable String registryUrl) {
        this.environment = environment;
        this.identity = identity;
        this.request = request;
        this.registryUrl = registryUrl == null ? "" : registryUrl;
    }

    /** Writes all files of the agent's folder. */
    void prepare(AgentFolder folder) throws IOException {
        String prompt = prompt();
        if (prompt != null) {
            folder.put(PROMPT, prompt.getBytes(StandardCharsets.UTF_8));
        }
        String workspace = request.workspace() != null
                ? request.workspace()
                : identity.isLocal() ? folder.path() + "/workspace" : "/root/workspace";
        folder.prepare(command(folder.path(), prompt != null), workspace, variables());
    }

    private @Nullable String prompt() {
        return request.prompt() != null || identity.kind() == Kind.WORKER || identity.role().equals(Kind.LIEUTENANT.word())
                ? request.prompt()
                : "You are " + identity.name() + ", a lieutenant: an agent that stays and works on one subject.\n"
                        + "Your role: " + identity.role() + "\n";
    }

    private List<String> command(String folder, boolean hasPrompt) {
        List<String> command = new ArrayList<>(request.command());
        if (command.isEmpty()) {
            String named = environment.variable("PI_PATH");
            named = named == null ? environment.variable("PUNKIN_BIN") : named;
            command.add(named == null || !identity.isLocal() ? "pi" : named);
        }
        command.addAll(List.of("--mode", "rpc"));
        if (identity.kind() == Kind.WORKER) {
            command.add("--no-session");
        } else if (identity.isLocal()) {
            command.addAll(List.of("--session-dir", folder + "/sessions"));
        }
        if (hasPrompt) {
            command.addAll(List.of("--system-prompt", folder + "/" + PROMPT));
        }
        return command;
    }

    /** All variables of the agent's process. */
    Map<String, String> variables() {
        Map<String, String> variables = new LinkedHashMap<>();
        if (identity.isLocal()) {
            for (String name : PASSED_ON) {
                String value = environment.variable(name);
                if (value != null) {
                    variables.put(name, value);
                }
            }
        }
        variables.putAll(known());
        variables.put("GIT_EDITOR", "true");
        variables.put("REEF_CHILD_AGENT", "true");
        variables.putAll(request.variables());
        return variables;
    }

    /** The variables that are no secret, and that every later shell of a VM shall have. */
    Map<String, String> known() {
        Map<String, String> known = new LinkedHashMap<>();
        String vm = identity.vm();
        if (vm != null) {
            known.put("VERS_VM_ID", vm);
            known.put("PI_VERS_HOME", "/root/pi-vers");
            known.put("SERVICES_DIR", "/root/reef/services-active");
        }
        if (!registryUrl.isEmpty()) {
            known.put("VERS_INFRA_URL", registryUrl);
            known.put("VERS_VM_REGISTRY_URL", registryUrl);
        }
        String parent = identity.parent() == null ? "orchestrator" : identity.parent();
        known.put("VERS_AGENT_ROLE", identity.kind().word());
        known.put("VERS_AGENT_NAME", identity.name());
        known.put("VERS_PARENT_AGENT", parent);
        known.put("ASMP_ROLE", identity.role());
        known.put("ASMP_PARENT", parent);
        known.put("ASMP_AGENT_NAME", identity.name());
        return known;
    }

    /** The command that chooses the model; null where the agent's own choice stays. */
    @Nullable
    Mapping model() {
        String model = identity.model();
        if (model == null) {
            return null;
        }
        int slash = model.indexOf('/');
        return Mapping.builder().put("type", "set_model").put("provider", slash < 0 ? "vers" : model.substring(0, slash))
                .put("modelId", model.substring(slash + 1)).build();
    }
}
