/**
 * The protocol of a coding agent that runs in another process and outlives this one: bytes of its output enter, from a byte
 * offset on; messages, answers to commands and the decision that a task is done leave. A channel works the same over a process
 * of this machine and over a connection to a VM; see {@link dev.asmp.agent.AgentHost}. This package imports {@code document}
 * only; time is an argument.
 */
@NullMarked
package dev.asmp.agent;

import org.jspecify.annotations.NullMarked;
