/**
 * Messages of the Model Context Protocol enter, over standard input or over HTTP; their answers leave, and notices of what
 * has changed. Every tool, resource and prompt is written once against {@link dev.asmp.mcp.RegistryApi}, which speaks the registry's
 * HTTP contract, so that the same policy, checks and errors hold for agents whichever way they come. This room leans on
 * {@code manifest} and {@code document}; it stands beside {@code http} and knows nothing of it.
 */
@NullMarked
package dev.asmp.mcp;

import org.jspecify.annotations.NullMarked;
