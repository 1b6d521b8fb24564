package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The completions of fish and zsh, asked in these shells where they are installed; names come from a fake command. */
class CompletionIT {
    /** Types $1 and a tab into an interactive zsh in a terminal of its own, and writes what is offered to the file $2. */
    private static final String TYPE = """
            zmodload zsh/zpty
            zpty z zsh -f -i
            zpty -w z "PROMPT=; RPROMPT=; autoload -Uz compinit; compinit -u -d $PWD/dump; bindkey '^I' complete-word"
            zpty -w z "source $PWD/spy.zsh $2; source $PWD/asmp.zsh; print -- --ready-- >> $2"
            for i in {1..100}; do grep -q -- --ready-- $2 && break; sleep 0.1; done
            zpty -n -w z "$1"$'\t'
            for i in {1..100}; do grep -q -- --end-- $2 && break; sleep 0.1; done
            zpty -d z
            """;
    private static final String SPY = """
            typeset -g offered=$1
            : >> $offered
            compadd() {
                local -a hits
                if [[ "${@[1,(i)(-|--)]}" == *-(O|A|D)\\ * ]]; then
                    builtin compadd "$@"
                    return
                fi
                builtin compadd -A hits "$@"
                print -rl -- $hits >> $offered
                builtin compadd "$@"
            }
            fin() { print -- --end-- >> $offered }
            comppostfuncs=(fin)
            """;

    @TempDir
    private Path folder;

    private static boolean isInstalled(String shell) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(place -> Files.isExecutable(Path.of(place, shell)));
    }

    private String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().merge("PATH", folder.toString(), (path, first) -> first + File.pathSeparator + path);
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(30, TimeUnit.SECONDS), said);
            return said;
        } finally {
            process.destroyForcibly();
        }
    }

    private void prepare(String shell) throws IOException {
        assumeTrue(isInstalled(shell), shell + " is not installed");
        CompletionTest.fake(folder);
        Files.writeString(folder.resolve("asmp." + shell), CompletionTest.script(shell));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"asmp fi,find", "`asmp get `,mail", "`asmp find -c `,email.send",
            "asmp find --ex,--explain", "asmp vm li,list", "asmp fleet re,reap", "asmp golden en,ensure",
            "asmp vers who,whoami",
            "asmp vm discover wo,worker", "asmp completion z,zsh",
            "asmp scan --j,--json", "`asmp approve `,fax", "`asmp vm get `,vm-7", "asmp list --status st,stale",
            "asmp vm list --status pa,paused"})
    void fishOffersWhatFits(String line, String word) throws Exception {
        prepare("fish");
        List<String> offered = run("fish", "--no-config", "-c", "source asmp.fish; complete -C $argv[1]", line).lines()
                .map(one -> one.replaceFirst("\t.*", "")).toList();
        assertTrue(offered.contains(word), offered.toString());
        assertFalse(Files.exists(folder.resolve("hit")), "a name was expanded");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"asmp fi,find", "`asmp get `,mail", "asmp find --ex,--explain",
            "asmp vm li,list", "asmp fleet reap --dry,--dry-run", "asmp list --status st,stale", "`asmp vm get `,vm-7"})
    void zshOffersWhatFits(String line, String word) throws Exception {
        prepare("zsh");
        Files.writeString(folder.resolve("spy.zsh"), SPY);
        run("zsh", "-f", "-c", TYPE, "zsh", line, folder.resolve("offered").toString());
        List<String> offered = Files.readAllLines(folder.resolve("offered"));
        assertTrue(offered.contains(word), offered.toString());
        assertFalse(Files.exists(folder.resolve("hit")), "a name was expanded");
    }
}
