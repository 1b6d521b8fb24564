package dev.asmp.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

/** The machine that an agent runs on: this one, or a VM. An {@code IOException} says that it could not be reached. */
public interface AgentHost {
    /** How a command ended. */
    record Ran(int exit, String out, String err) {
        public boolean isDone() {
            return exit == 0;
        }
    }

    /** A running command with its streams; closing it ends the command, not what it has started. */
    interface Link extends AutoCloseable {
        InputStream in();

        OutputStream out();

        @Override
        void close();
    }

    /** Runs a command to its end, within a limit. */
    Ran run(List<String> argv, byte[] input, Duration limit) throws IOException;

    /** Starts a command that is talked to. */
    Link open(List<String> argv) throws IOException;
}
