package dev.asmp.agent;

/** A command to an agent that failed: refused by it, without an answer in time, or cut off. */
public final class AgentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AgentException(String message) {
        super(message);
    }
}
