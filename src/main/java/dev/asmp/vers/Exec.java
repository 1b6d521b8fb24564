package dev.asmp.vers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command for a VM: its words, which no shell reads, and how it runs.
 *
 * @param env variables beside those of the account; their values appear in no list of processes
 * @param directory where it runs; null for the account's home
 * @param limit when its processes are ended; zero for never
 */
public record Exec(List<String> argv, Map<String, String> env, @Nullable String directory, Duration limit) {
    public Exec {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("a command needs at least one word");
        }
        env.keySet().forEach(name -> {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw new IllegalArgumentException("a variable's name has letters, digits and _ only");
            }
        });
    }

    /** A command that has five minutes. */
    public static Exec of(String... argv) {
        return new Exec(List.of(argv), Map.of(), null, Duration.ofMinutes(5));
    }

    /** A script for the VM's shell, with words for it as {@code $1}, {@code $2} and so on. */
    public static Exec script(String script, String... words) {
        List<String> argv = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        argv.addAll(List.of(words));
        return new Exec(argv, Map.of(), null, Duration.ofMinutes(5));
    }

    /** The same with another limit; zero for none. */
    public Exec within(Duration other) {
        return new Exec(argv, env, directory, other);
    }

    /** The same with these variables. */
    public Exec with(Map<String, String> variables) {
        return new Exec(argv, variables, directory, limit);
    }

    /** The same in this directory. */
    public Exec in(@Nullable String other) {
        return new Exec(argv, env, other, limit);
    }
}
