/**
 * Messages of the Model Context Protocol enter, over standard input or over HTTP; answers and notices of changes leave. Every
 * tool, resource and prompt is written once against {@link dev.asmp.client.RegistryApi}, so that the same policy, checks and
 * errors hold in the daemon and in a process of its own. This package imports {@code client}, {@code wire}, {@code manifest}
 * and {@code document}; it stands beside {@code http} and knows nothing of it.
 */
@NullMarked
package dev.asmp.mcp;

import org.jspecify.annotations.NullMarked;
