/**
 * HTTP messages as values: {@link dev.asmp.wire.Request}, {@link dev.asmp.wire.Reply} and
 * {@link dev.asmp.wire.ServerSentEvent}, shared by the clients, the server and MCP. Nothing here opens a connection. This
 * package imports {@code document} only.
 */
@NullMarked
package dev.asmp.wire;

import org.jspecify.annotations.NullMarked;
