package dev.asmp.agent;

import dev.asmp.document.Mapping;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The way to one agent: commands there, messages back. */
public interface AgentChannel {
    /** Receives what happens, in order, on the channel's thread. */
    interface Listener {
        /** The channel is connected, for the first time or again. */
        void connected();

        /** An event, or the second response to a command. The position after it is known to {@link #position}. */
        void heard(AgentMessage message);

        /** The agent's machine does not answer; the channel tries again by itself. */
        void unreachable(String why);

        /** The agent has ended. */
        void ended(String why);
    }

    /**
     * Sends a command with an id of its own; completes with {@code data} of its first response, or fails with an
     * {@link AgentException}.
     */
    CompletableFuture<Mapping> send(Mapping command, Duration limit);

    /** How far the output was handled: where another channel goes on. */
    ReadPosition position();

    /** Lines that were none of the protocol's. */
    long foreignLines();

    /** Lets go of the agent, which works on. */
    void detach();
}
