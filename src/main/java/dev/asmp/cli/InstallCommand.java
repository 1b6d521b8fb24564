package dev.asmp.cli;

import dev.asmp.client.RegistryException;
import dev.asmp.client.RegistryFinder;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.wire.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sets up the daemon as a service of the user, or takes it away again. */
final class InstallCommand implements Command {
    private static final OptionSpec PRINT = OptionSpec.flag("--print", "only print the file that declares the service");
    private final boolean install;

    InstallCommand(boolean install) {
        this.install = install;
    }

    @Override
    public CommandSpec spec() {
        return install
                ? new CommandSpec("install", "", "start the registry whenever you log in, by systemd or launchd",
                        List.of(Confirmation.YES, PRINT), List.of("asmp install", "asmp install --print"))
                : new CommandSpec("uninstall", "", "stop and remove what 'asmp install' set up; the state stays",
                        List.of(Confirmation.YES), List.of("asmp uninstall"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws IOException, InterruptedException {
        arguments.noMoreThan(0);
        UserService service = UserService.of(session.environment());
        if (service == null) {
            throw new CommandFailure("there is neither systemctl nor launchctl on the path: nothing here starts "
                    + "services of a user. Have 'asmp serve' started by what starts your session");
        }
        if (install && arguments.has("--print")) {
            session.out().print(service.content());
            return DONE;
        }
        String before = before(service.file());
        if (before != null && !before.contains(UserService.MARK)) {
            throw new CommandFailure(service.file() + " was not written by asmp: nothing was changed");
        }
        return install ? install(service, before, arguments, session) : uninstall(service, before, arguments, session);
    }

    private static @Nullable String before(Path file) {
        return Files.exists(file) ? FileExcerpt.text(file) : null;
    }

    private static int install(UserService service, @Nullable String before, CommandArguments arguments,
            CommandContext session) throws IOException, InterruptedException {
        if (service.content().equals(before)) {
            return report(session, false, "asmp is installed already: " + service.file());
        }
        if (before == null) {
            requireNoOther(session);
        }
        List<String> steps = new ArrayList<>(List.of((before == null ? "write " : "replace ") + service.file()));
        service.start().forEach(command -> steps.add("run " + String.join(" ", command)));
        tell(steps, session);
        Confirmation.require("install asmp as a service of yours", arguments, session);
        Files.createDirectories(service.file().toAbsolutePath().getParent());
        Files.writeString(service.file(), service.content());
        runAll(service.start(), session);
        return report(session, true, "installed: " + service.hint() + "\nasmp uninstall undoes this");
    }

    /** A daemon that was started by hand holds the port and the state. */
    private static void requireNoOther(CommandContext session) {
        try {
            new RegistryFinder(session.environment()).ask(Request.of("GET", "/health"));
        } catch (RegistryException _) {
            return;
        }
        throw new CommandFailure("a registry runs already, started some other way: asmp stop, then asmp install");
    }

    private static int uninstall(UserService service, @Nullable String before, CommandArguments arguments,
            CommandContext session) throws IOException, InterruptedException {
        if (before == null) {
            return report(session, false, "asmp is not installed as a service of yours: there is no " + service.file());
        }
        List<String> steps = new ArrayList<>();
        service.stop().forEach(command -> steps.add("run " + String.join(" ", command)));
        steps.add("remove " + service.file());
        service.after().forEach(command -> steps.add("run " + String.join(" ", command)));
        tell(steps, session);
        Confirmation.require("uninstall the service", arguments, session);
        runAll(service.stop(), session);
        Files.delete(service.file());
        runAll(service.after(), session);
        return report(session, true, "uninstalled; the state stays in " + session.environment().stateFolder()
                + "\nasmp install undoes this");
    }

    private static void tell(List<String> steps, CommandContext session) {
        if (!session.json()) {
            session.out().println("this will");
            steps.forEach(step -> session.out().println("  " + Terminal.clean(step)));
        }
    }

    private static void runAll(List<List<String>> commands, CommandContext session)
            throws IOException, InterruptedException {
        for (List<String> command : commands) {
            String failure = ExternalProgram.run(command, String.join(" ", command), session.environment());
            if (failure != null) {
                throw new CommandFailure(failure);
            }
        }
    }

    private static int report(CommandContext session, boolean changed, String said) {
        if (session.json()) {
            session.printJson(Json.write(Mapping.builder().put("changed", Scalar.bool(changed)).build()));
        } else {
            session.out().println(Terminal.clean(said.lines().findFirst().orElse("")));
            said.lines().skip(1).forEach(line -> session.out().println(Terminal.clean(line)));
        }
        return DONE;
    }
}
