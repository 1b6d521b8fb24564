package dev.asmp.vers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;

/** A step of an agent's birth that fails inside its VM: the shell there refuses the step's script, or the agent misbehaves. */
@NullUnmarked
public final class FailingStep {
    /** What the scripts of the steps contain. */
    public static final Map<String, String> SCRIPTS = Map.of("end_leftovers", "kill-server", "write_identity",
            "profile.d", "copy_agents_md", "AGENTS.md", "write_files", ".$2.tmp", "start_agent", "session=nohup",
            "validate", "$VERS_VM_ID");
    /** What the failure says. */
    public static final String REASON = "this one fails";

    private FailingStep() {}

    /** The agent for a VM in which a step fails. */
    public static String agent(String step, String source) {
        return switch (step) {
            case "wait_ready" -> "#!/usr/bin/env python3\nimport sys\nsys.exit('" + REASON + "')\n";
            case "set_model" -> source.replace("Model not found", REASON)
                    .replace("cmd.get(\"modelId\") != \"none\"", "False");
            default -> source;
        };
    }

    /** Lets a step fail in a VM that no command has entered yet. */
    static void plant(FakeVersApi.Machine vm, String step) {
        Path programs = vm.box.folder().resolve("usr/local/sbin");
        try {
            if (step.equals("create_vm")) {
                vm.state = "dead";
            } else if (step.equals("wait_vm")) {
                vm.diesWhenEntered = true;
            } else if (SCRIPTS.containsKey(step)) {
                Path shell = programs.resolve("sh");
                Files.writeString(shell, """
                        #!/bin/sh
                        case "$1 $2" in
                          -*"c "*asmp-pid*) ;;
                          -*"c "*'%s'*) echo '%s' >&2; exit 1 ;;
                        esac
                        exec /bin/sh "$@"
                        """.formatted(SCRIPTS.get(step), REASON));
                shell.toFile().setExecutable(true, false);
            } else {
                Path pi = programs.resolve("pi");
                Files.writeString(pi, agent(step, Files.readString(pi)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
