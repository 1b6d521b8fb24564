/**
 * Agents that work for the owner: lieutenants, which stay, and the workers of a swarm. Requests of the owner enter; agents
 * are started where they shall run, given tasks and waited for; their records survive every end of this process. It uses
 * {@code agent} for the protocol, {@code vm} for the records, and {@code store}, {@code manifest} and {@code document}; time
 * is an argument.
 */
@NullMarked
package dev.asmp.lieutenant;

import org.jspecify.annotations.NullMarked;
