package dev.asmp.cli;

import dev.asmp.client.RegistryException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Entry point: finds the command, runs it, turns a failure into one line and an exit code. */
public final class Main {
    private final PrintStream out;
    private final PrintStream err;

    private Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] words) {
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        int status = run(words, out, err);
        if (out.checkError() && status == Command.DONE) {
            status = Command.FAILED; // the output was not delivered
        }
        err.flush();
        // Not exit(): no hook is needed here, and a reader of our output should not wait for one.
        Runtime.getRuntime().halt(status);
    }

    static int run(String[] words, PrintStream out, PrintStream err) {
        return new Main(out, err).run(words);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    private int run(String[] words) {
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
        if (rest.isEmpty() || rest.getFirst().equals("help")) {
            return Help.show(rest, help || !rest.isEmpty(), out, err);
        }
        if (rest.getFirst().equals("--version")) {
            rest.set(0, "version");
        }
        Command command = Commands.called(rest);
        if (command == null) {
            return Help.unknown(rest.getFirst(), err);
        }
        if (help) {
            out.print(command.help());
            return Command.DONE;
        }
        return run(command, rest.subList(Commands.wordsOf(command), rest.size()), json);
    }

    private int run(Command command, List<String> words, boolean json) {
        try {
            return command.run(CommandArguments.parse(command.spec(), words), new CommandContext(out, err, json));
        } catch (UsageError e) {
            err.println("asmp: " + Terminal.clean(String.valueOf(e.getMessage())));
            err.println("usage: " + command.spec().usage());
            err.println("       asmp " + command.spec().name() + " --help says more");
            return Command.WRONG_USAGE;
        } catch (CommandFailure e) {
            err.println("asmp: " + e.getMessage());
            return Command.FAILED;
        } catch (RegistryException e) {
            err.println("asmp: " + Terminal.clean(String.valueOf(e.getMessage())));
            return Command.FAILED;
        } catch (Exception e) {
            err.println("asmp: " + command.spec().name() + " failed: " + e);
            return Command.FAILED;
        }
    }
}
