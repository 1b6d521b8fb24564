package dev.asmp.cli;

import dev.asmp.client.RegistryException;
import dev.asmp.document.IoReason;
import dev.asmp.manifest.Environment;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Entry point: finds the command, runs it, turns a failure into one line and an exit code. */
public final class Main {
    private Main() {}

    public static void main(String[] words) {
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        int status = run(words, out, err, Environment.ofProcess());
        if (out.checkError() && status == Command.DONE) {
            status = Command.FAILED; // the output was not delivered
        }
        err.flush();
        // Not exit(): no hook is needed here, and a reader of our output should not wait for one.
        Runtime.getRuntime().halt(status);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    static int run(String[] words, PrintStream out, PrintStream err, Environment environment) {
        List<String> rest = new ArrayList<>();
        boolean json = false;
        boolean help = false;
        boolean ours = true;
        for (String word : words) {
            ours &= !word.equals("--");
            if (ours && word.equals("--json")) {
                json = true;
            } else if (ours && (word.equals("--help") || word.equals("-h"))) {
                help = true;
            } else {
                rest.add(word);
            }
        }
        CommandContext session = new CommandContext(out, err, json, environment);
        if (rest.isEmpty() || rest.getFirst().equals("help")) {
            return Help.show(rest, help || !rest.isEmpty(), session);
        }
        if (rest.getFirst().equals("--version") || rest.getFirst().equals("-v")) {
            rest.set(0, "version");
        }
        Command command = Commands.called(rest);
        if (command == null) {
            return Help.unknown(rest.getFirst(), session);
        }
        if (help) {
            out.print(command.help());
            return Command.DONE;
        }
        return run(command, rest.subList(Commands.wordsOf(command), rest.size()), session);
    }

    private static int run(Command command, List<String> words, CommandContext session) {
        String name = command.spec().name();
        try {
            return command.run(CommandArguments.parse(command.spec(), words), session);
        } catch (UsageError e) {
            return session.fail(command.wrongUsage(), String.valueOf(e.getMessage()),
                    "usage: " + command.spec().usage(), "       asmp " + name + " --help says more");
        } catch (CommandFailure | RegistryException e) {
            return session.fail(Command.FAILED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return session.fail(Command.FAILED, name + " failed: " + IoReason.sentence(e));
        } catch (Exception e) {
            return session.fail(Command.FAILED, name + " failed: internal error at " + e.getStackTrace()[0] + ", "
                    + e.getMessage());
        }
    }
}
