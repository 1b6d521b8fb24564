package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.asmp.manifest.Environment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The completion of bash, asked in a real bash; names come from a fake command. */
class CompletionTest {
    @TempDir
    private Path folder;

    static String script(String shell) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertEquals(0, Main.run(new String[]{"completion", shell}, stream, stream, Environment.ofProcess()));
        return out.toString(StandardCharsets.UTF_8);
    }

    /** A command that names services, VMs and capabilities, some of which a shell could be made to expand. */
    static Path fake(Path folder) throws IOException {
        Path fake = Files.writeString(folder.resolve("asmp"), """
                #!/bin/sh
                case $1 in
                    list)
                        case "$*" in
                            *pending*) echo fax ;;
                            *-1*) printf '%s\\n' mail '$(touch hit)' 'wiki`touch hit`' ;;
                        esac ;;
                    vm) printf '%s\\n' 'ID    NAME' 'vm-7  parser' ;;
                    caps) printf '%s\\n' email.send 'email.$(touch hit)' ;;
                esac
                """);
        assertEquals(true, fake.toFile().setExecutable(true));
        return fake;
    }

    private String offered(String line) throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("asmp.bash"), script("bash"));
        Path fake = fake(folder);
        Process bash = new ProcessBuilder("bash", "-c",
                "source " + script + "; IFS=' ' read -ra COMP_WORDS <<< \"$1\"; [[ $1 == *' ' ]] && COMP_WORDS+=('');"
                        + " COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _asmp " + fake + "; echo \"${COMPREPLY[*]}\"",
                "bash", line).directory(folder.toFile()).redirectErrorStream(true).start();
        String reply = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, bash.waitFor(), reply);
        return reply;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"asmp fi | find", "`asmp get `| mail",
            "`asmp find -c `| email.send", "asmp find --capability=em | ''", "asmp find --ex | --explain",
            "asmp vm li | list", "asmp models rec | recommend", "asmp models recommend --bu | --budget",
            "asmp fleet re | reap", "asmp fleet reap --dry | --dry-run", "asmp golden en | ensure",
            "asmp vers who | whoami", "asmp lt di | discover", "asmp swarm te | teardown",
            "asmp vm discover wo | worker", "asmp vm list --status pa | paused",
            "asmp completion z | zsh", "asmp mcp cu | cursor", "asmp help wat | watch", "asmp scan --j | --json",
            "`asmp rm `| mail", "`asmp mods `| mail", "`asmp mod `| attach detach", "`asmp mod attach `| mail",
            "`asmp approve `| fax", "`asmp reject `| fax", "`asmp find `| email.send", "`asmp vm get `| vm-7",
            "asmp list --status st | stale", "asmp sta | status", "asmp completion f | fish"})
    void whatFitsIsOffered(String line, String words) throws Exception {
        assertEquals(words.replace("''", ""), offered(line));
        assertFalse(Files.exists(folder.resolve("hit")), "a name was expanded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void everyCommandIsInTheScriptAndNoPlaceIsLeftUnfilled(String shell) {
        String script = script(shell);
        for (String name : Commands.NAMES) {
            assertEquals(true, script.contains("'" + name + "'") || script.contains("'" + name + ":"), name);
        }
        assertFalse(script.matches("(?s).*@[a-z-]+@.*"), script);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void everyVerbBehindAnotherWordIsInTheScript(String shell) {
        String script = script(shell);
        for (CommandSpec spec : Commands.verbs()) {
            String[] words = spec.name().split(" ", -1);
            String offer = switch (shell) {
                case "bash" -> "(?s).*\\n        " + words[0] + "\\) _asmp_offer [^\\n]* " + words[1] + "[ )].*";
                case "zsh" -> "(?s).*== " + words[0] + " ]] && verbs\\+=\\('" + words[1] + ":.*";
                default -> "(?s).*using " + words[0] + "' -a '" + words[1] + "'.*";
            };
            assertEquals(true, script.matches(offer), spec.name());
        }
    }

    @Test
    void theScriptsNeverLetAShellExpandNames() {
        assertFalse(script("bash").contains("compgen -W"));
    }
}
