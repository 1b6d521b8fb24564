package dev.asmp.cli;

import dev.asmp.store.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code asmp vm use}: the VM that commands of this terminal mean where they name none. It is kept per session of the operating
 * system, so terminals do not disturb each other; the variable ASMP_VM wins. Agents have no such default.
 */
final class VmUseCommand implements Command {
    private static final String VARIABLE = "ASMP_VM";

    @Override
    public CommandSpec spec() {
        return new CommandSpec("vm use", "[ID]",
                "choose the VM that vm exec, cat, logs, ssh, branch, commit, pause and resume mean without an ID, in this"
                        + " terminal",
                List.of(OptionSpec.flag("--none", "choose none")),
                List.of("asmp vm use 3f2a91c0-4b7e-4d0e-9a41-0c6b6b0d9f5e", "asmp vm exec -- make test",
                        "asmp vm use --none"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws IOException {
        arguments.noMoreThan(arguments.has("--none") ? 0 : 1);
        if (arguments.has("--none")) {
            Files.deleteIfExists(file(session));
            session.out().println("no VM is chosen");
            return DONE;
        }
        if (arguments.operands().isEmpty()) {
            String chosen = chosen(session);
            if (chosen == null) {
                return session.miss("no VM is chosen in this terminal; choose one: asmp vm use ID");
            }
            session.out().println(Terminal.clean(chosen));
            return DONE;
        }
        String id = arguments.operand("the VM's ID");
        Path file = file(session);
        PrivateFiles.makeFolder(folder(session));
        Path fresh = Files.writeString(file.resolveSibling(file.getFileName() + ".new"),
                session().started + "\n" + id + "\n");
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        session.out().println("commands of this terminal mean VM " + Terminal.clean(id) + " where they name none");
        return DONE;
    }

    /** The VM that a command names, else the one that was chosen. */
    static String vm(CommandArguments arguments, CommandContext session) {
        String chosen = arguments.operands().isEmpty() ? chosen(session) : null;
        return chosen == null ? arguments.operand("the VM's ID") : chosen;
    }

    /** The VM that was chosen for this terminal; null for none. */
    static @Nullable String chosen(CommandContext session) {
        String variable = session.environment().variable(VARIABLE);
        if (variable != null) {
            return variable;
        }
        try {
            List<String> lines = Files.readAllLines(file(session));
            return lines.size() == 2 && lines.getFirst().equals(session().started) ? lines.get(1) : null;
        } catch (IOException _) {
            return null; // none was chosen
        }
    }

    private static Path file(CommandContext session) {
        return folder(session).resolve(Long.toString(session().leader));
    }

    private static Path folder(CommandContext session) {
        return session.environment().stateFolder().resolve("vm-use");
    }

    /** The process that began this session, and when: its number alone is used again. */
    private record Session(long leader, String started) {}

    private static Session session() {
        ProcessHandle parent = ProcessHandle.current().parent().orElse(ProcessHandle.current());
        long leader = parent.pid();
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            leader = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3]);
        } catch (IOException _) {
            // Not Linux: the shell stands for its terminal.
        }
        Optional<ProcessHandle> process = ProcessHandle.of(leader);
        return new Session(leader, process.flatMap(one -> one.info().startInstant()).map(Object::toString).orElse("-"));
    }
}
