package dev.asmp.cli;

import dev.asmp.manifest.Durations;
import dev.asmp.manifest.Environment;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code asmp vm agent}: keeps this VM registered for as long as it, or a command, lives. */
final class VmAgentCommand implements Command {
    private static final Duration FAREWELL = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(2);

    @Override
    public CommandSpec spec() {
        return new CommandSpec("vm agent", "[-- COMMAND...]",
                "keep this VM registered, until told to stop or as long as COMMAND lives",
                List.of(OptionSpec.value("--role", "ROLE",
                        "VERS_AGENT_ROLE, else worker; " + String.join(", ", VmOptions.ROLES)),
                        OptionSpec.value("--name", "NAME", "what it is called; else its id"),
                        OptionSpec.value("--address", "HOST", "where others reach it; else ID.vm.vers.sh"),
                        VmOptions.SERVICES, VmOptions.META,
                        OptionSpec.value("--env-file", "FILE",
                                "wait for VERS_VM_ID there; other VERS_ variables count too"),
                        OptionSpec.value("--interval", "TIME", "time between signs of life, 1s to 2m; else 60s")),
                List.of("asmp vm agent --services web:8080/health --meta team=search",
                        "asmp vm agent --env-file /run/vers.env --role lieutenant",
                        "VERS_VM_ID=vm-7 asmp vm agent --name parser -- ./parser --port 8080"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws InterruptedException {
        if (!arguments.operands().isEmpty()) {
            throw new UsageError(
                    "unexpected argument '" + arguments.operands().getFirst() + "'; a COMMAND follows --");
        }
        List<String> command = arguments.rest();
        if (command != null && command.isEmpty()) {
            throw new UsageError("a COMMAND must follow --");
        }
        VmAgent agent = new VmAgent(told(arguments), surroundings(arguments, session),
                session.err());
        BackgroundTask background = new BackgroundTask(FAREWELL);
        return command == null
                ? background.untilStopped(agent::run)
                : background.whileLives(new ChildProcess(command), agent::run);
    }

    private static VmAgent.Told told(CommandArguments arguments) {
        String role = arguments.value("--role");
        if (role != null && !VmOptions.ROLES.contains(role)) {
            throw new UsageError("--role is '" + role + "', but must be one of " + String.join(", ", VmOptions.ROLES));
        }
        return new VmAgent.Told(arguments.value("--name"), role, arguments.value("--address"),
                VmOptions.services(arguments), VmOptions.metadata(arguments), interval(arguments.value("--interval")));
    }

    private static Duration interval(@Nullable String written) {
        try {
            Duration interval = Durations.parse(written == null ? "60s" : written);
            if (interval.compareTo(SHORTEST) >= 0 && interval.compareTo(LONGEST) <= 0) {
                return interval;
            }
        } catch (IllegalArgumentException e) {
            throw new UsageError("--interval " + e.getMessage());
        }
        throw new UsageError("--interval is " + written + ", but must be from 1s to 2m");
    }

    /** The environment; what it does not say may stand in the file. */
    private static Supplier<Environment> surroundings(CommandArguments arguments, CommandContext session) {
        Environment environment = session.environment();
        String file = arguments.value("--env-file");
        if (file == null) {
            if (environment.variable("VERS_VM_ID") == null) {
                throw new UsageError("VERS_VM_ID is not set; --env-file FILE names a file in which it will be");
            }
            return () -> environment;
        }
        try {
            EnvFile watched = new EnvFile(Path.of(file));
            return () -> merged(environment, watched.look());
        } catch (InvalidPathException _) {
            throw new UsageError("--env-file '" + file + "' is no path");
        }
    }

    private static Environment merged(Environment environment, Map<String, String> file) {
        Map<String, String> variables = new HashMap<>(file);
        environment.variables().forEach((name, value) -> {
            if (!value.isEmpty()) {
                variables.put(name, value);
            }
        });
        return new Environment(variables, environment.files());
    }
}
