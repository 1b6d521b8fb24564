package dev.asmp.cli;

import dev.asmp.document.IoReason;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code asmp logs}: the daemon's log, from the journal where systemd starts the daemon, else from its file. */
final class LogsCommand implements Command {
    private static final String LINES = "--lines";
    private static final String FOLLOW = "--follow";
    private static final int USUAL = 50;
    private static final long PAUSE_MILLIS = 500;
    private static final List<Path> SYSTEM_UNITS = List.of(Path.of("/etc/systemd/system/asmp.service"),
            Path.of("/usr/lib/systemd/system/asmp.service"));

    @Override
    public CommandSpec spec() {
        return new CommandSpec("logs", "", "show what the daemon has logged",
                List.of(OptionSpec.value(LINES, "N", "how many lines; 50 unless told").orShort("-n"),
                        OptionSpec.flag(FOLLOW, "go on with what is logged from now on").orShort("-f")),
                List.of("asmp logs", "asmp logs -n 200", "asmp logs --follow"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws IOException, InterruptedException {
        arguments.noMoreThan(0);
        int lines = lines(arguments.value(LINES));
        boolean follow = arguments.has(FOLLOW);
        List<String> journal = journal(session, lines, follow);
        if (!journal.isEmpty()) {
            ChildProcess child = new ChildProcess(journal);
            child.start();
            return child.waitFor();
        }
        return show(session.environment().stateFolder().resolve("daemon.log"), lines, follow, session);
    }

    private static int lines(@Nullable String asked) {
        if (asked == null) {
            return USUAL;
        }
        if (!asked.matches("[0-9]{1,6}")) {
            throw new UsageError(LINES + " is a whole number, not '" + asked + "'");
        }
        return Integer.parseInt(asked);
    }

    /** The command that shows the journal of the unit; empty where no unit is installed. */
    private static List<String> journal(CommandContext session, int lines, boolean follow) throws IOException {
        Path journalctl = Launcher.onPath("journalctl", session.environment());
        UserService service = UserService.of(session.environment());
        boolean own = service != null && service.program().equals("systemctl") && Files.exists(service.file());
        boolean ofSystem = SYSTEM_UNITS.stream().anyMatch(Files::exists);
        boolean hasFile = Files.exists(session.environment().stateFolder().resolve("daemon.log"));
        if (journalctl == null || (!own && (!ofSystem || hasFile))) {
            return List.of();
        }
        List<String> command = new ArrayList<>(List.of(journalctl.toString()));
        if (own) {
            command.add("--user");
        }
        command.addAll(List.of("--unit", "asmp", "--lines", Integer.toString(lines)));
        if (follow) {
            command.add("--follow");
        }
        return command;
    }

    private static int show(Path file, int lines, boolean follow, CommandContext session)
            throws IOException, InterruptedException {
        List<String> all;
        try {
            all = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException _) {
            return session.miss("there is no log: neither a unit of systemd nor " + file,
                    "asmp serve writes it");
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read: " + IoReason.of(e));
        }
        print(all.subList(Math.max(0, all.size() - lines), all.size()), session.out());
        if (follow) {
            follow(file, all.size(), session.out());
        }
        return DONE;
    }

    /** Prints what is logged from now on, until the process is ended. */
    private static void follow(Path file, int lines, PrintStream out) throws IOException, InterruptedException {
        int shown = lines;
        while (!out.checkError()) {
            Thread.sleep(PAUSE_MILLIS);
            List<String> all = Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
            int from = all.size() < shown ? 0 : shown; // the file was turned over
            print(all.subList(from, all.size()), out);
            shown = all.size();
        }
    }

    private static void print(List<String> lines, PrintStream out) {
        lines.forEach(line -> out.println(Terminal.clean(line)));
        out.flush();
    }
}
