package dev.asmp.lieutenant;

import dev.asmp.agent.AgentFolder;
import dev.asmp.agent.AgentHost;
import dev.asmp.document.Mapping;
import dev.asmp.lieutenant.AgentRecord.Identity;
import dev.asmp.lieutenant.AgentRecord.Kind;
import dev.asmp.manifest.Environment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

    private static final long LONGEST = 256 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String LEFTOVERS = """
            for pid in /run/asmp/agents/*/pid; do
              read -r number since < "$pid" 2>/dev/null && kill -KILL "-$number" 2>/dev/null
            done
            command -v tmux >/dev/null 2>&1 && tmux kill-server 2>/dev/null
            mode=--mode
            for process in /proc/[0-9]*; do
              if tr '\\0' ' ' < "$process/cmdline" 2>/dev/null | grep -q -e " $mode rpc"; then
                kill -KILL "${process#/proc/}" 2>/dev/null
              fi
            done
            rm -rf /tmp/pi-rpc /run/asmp/agents /etc/asmp/agent.env
            """;
    private static final String WRITE_SECRETS = """
            umask 077
            mkdir -p /etc/asmp && cat > /etc/asmp/.agent.env && mv -f /etc/asmp/.agent.env /etc/asmp/agent.env
            """;
    private static final String WRITE_PROFILE = """
            umask 022
            mkdir -p /etc/profile.d && cat > /etc/profile.d/.asmp-agent &&
              mv -f /etc/profile.d/.asmp-agent /etc/profile.d/asmp-agent.sh
            """;

    private static final String READ_AGENTS_MD = "cat /root/.pi/agent/AGENTS.md 2>/dev/null || true";
    /** Where pi reads it, and punkin, if that is there. */
    private static final String WRITE_AGENTS_MD = """
            umask 022
            mkdir -p /root/.pi/agent && cat > /root/.pi/agent/.AGENTS.md &&
              mv -f /root/.pi/agent/.AGENTS.md /root/.pi/agent/AGENTS.md || exit 1
            [ ! -d /root/.punkin/agent ] || cp /root/.pi/agent/AGENTS.md /root/.punkin/agent/AGENTS.md
            """;

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

    /** Ends what the image's memory brought along: agents that would speak as those they were copied from. */
    static void endLeftovers(AgentHost host) throws IOException {
        script(host, LEFTOVERS, new byte[0]);
    }

    /** Writes who it is where every shell of the VM reads it; what is secret apart, for root only. */
    void identify(AgentHost host) throws IOException {
        StringBuilder known = new StringBuilder();
        known().forEach((name, value) -> known.append(export(name, value)));
        known.append("[ -r /etc/asmp/agent.env ] && . /etc/asmp/agent.env\n");
        StringBuilder secret = new StringBuilder();
        secrets().forEach((name, value) -> secret.append(export(name, value)));
        script(host, WRITE_SECRETS, secret.toString().getBytes(StandardCharsets.UTF_8));
        script(host, WRITE_PROFILE, known.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes AGENTS.md: the parent's own, and what the parent tells this agent. Without both, the image's stays.
     *
     * @param parent the machine of the agent that asked for this one; null for this machine
     */
    void instruct(AgentHost host, @Nullable AgentHost parent) throws IOException {
        String inherited = parent == null
                ? own()
                : parent.run(List.of("sh", "-c", READ_AGENTS_MD), new byte[0], LIMIT).out();
        String context = request.context() == null
                ? ""
                : "## Context from parent\n\n" + request.context().strip() + "\n";
        String before = inherited.isBlank() ? "" : inherited.strip() + "\n";
        String text = before + (before.isEmpty() || context.isEmpty() ? "" : "\n") + context;
        if (!text.isEmpty()) {
            script(host, WRITE_AGENTS_MD, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The AGENTS.md of pi on this machine; empty where there is none. */
    private String own() {
        String folder = environment.variable("PI_CODING_AGENT_DIR");
        String home = environment.variable("HOME");
        if (folder == null && home == null) {
            return "";
        }
        try {
            Path path = environment.files().getPath(folder == null ? home + "/.pi/agent" : folder, "AGENTS.md");
            return Files.isRegularFile(path) && Files.size(path) <= LONGEST ? Files.readString(path) : "";
        } catch (IOException _) {
            return "";
        }
    }

    private static String export(String name, String value) {
        return "export " + name + "=" + AgentFolder.quoted(value) + "\n";
    }

    /** Asks a login shell who it is. */
    void validate(AgentHost host) throws IOException {
        String said = host.run(List.of("sh", "-lc", "echo \"$VERS_VM_ID\""), new byte[0], LIMIT).out().strip();
        if (!said.equals(identity.vm())) {
            throw new IOException("a login shell says that VERS_VM_ID is '" + said + "'");
        }
    }

    private static void script(AgentHost host, String script, byte[] input) throws IOException {
        AgentHost.Ran ran = host.run(List.of("sh", "-c", script), input, LIMIT);
        if (!ran.isDone()) {
            throw new IOException(ran.err().isBlank() ? "exit code " + ran.exit() : ran.err().strip());
        }
    }

    private @Nullable String prompt() {
        return request.prompt() != null || identity.kind() == Kind.WORKER
                || identity.role().equals(Kind.LIEUTENANT.word())
                        ? request.prompt()
                        : "You are " + identity.name()
                                + ", a lieutenant: an agent that stays and works on one subject.\n"
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
        variables.putAll(secrets());
        return variables;
    }

    /** What the owner gives it; on a VM also the key for models and the fleet's token, where this process has them. */
    private Map<String, String> secrets() {
        Map<String, String> secrets = new LinkedHashMap<>();
        if (!identity.isLocal()) {
            for (String name : List.of("LLM_PROXY_KEY", "VERS_AUTH_TOKEN")) {
                String value = environment.variable(name);
                if (value != null) {
                    secrets.put(name, value);
                }
            }
        }
        secrets.putAll(request.variables());
        return secrets;
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
        return Mapping.builder().put("type", "set_model")
                .put("provider", slash < 0 ? "vers" : model.substring(0, slash))
                .put("modelId", model.substring(slash + 1)).build();
    }
}
