package dev.asmp.cli;

import dev.asmp.document.IoReason;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Child process with our input, output and signals; its exit status becomes ours. */
final class ChildProcess {
    private final List<String> command;
    private @Nullable Process process;

    ChildProcess(List<String> command) {
        this.command = List.copyOf(command);
    }

    /** Starts the command; a signal that arrives meanwhile waits until the child exists. */
    synchronized void start() {
        Signals.onAny(this::pass);
        try {
            ProcessBuilder child = new ProcessBuilder(command).inheritIO();
            restoreLocale(child.environment());
            process = child.start();
        } catch (IOException e) {
            throw new CommandFailure("cannot run " + command.getFirst() + ": " + IoReason.of(e));
        }
    }

    /** Undoes what the launcher sets for the JVM alone. */
    static void restoreLocale(Map<String, String> environment) {
        String callers = environment.remove("ASMP_CALLERS_LC_ALL");
        if (callers != null && callers.isEmpty()) {
            environment.remove("LC_ALL");
        } else if (callers != null) {
            environment.put("LC_ALL", callers);
        }
    }

    /** Waits for the end; a command that died of a signal counts as 128 and the signal's number, as in a shell. */
    int waitFor() throws InterruptedException {
        Process running;
        synchronized (this) {
            running = process;
        }
        return running == null ? Command.FAILED : running.waitFor();
    }

    private synchronized void pass(String signal) {
        Process running = process;
        boolean fromTerminal = signal.equals("INT") && Terminal.ofProcess().isBounded();
        if (running == null || fromTerminal) {
            return; // at a terminal the command is in the foreground too and was told already
        }
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(running.pid())).inheritIO().start();
        } catch (IOException _) {
            running.destroy();
        }
    }
}
