/**
 * The clients of a registry, used by the command line, the VM agent and MCP's tools: requests enter as
 * {@link dev.asmp.wire.Request}, replies leave as {@link dev.asmp.wire.Reply}, and a failure is a
 * {@link dev.asmp.client.RegistryException} whose message names the address that was tried. Everything on the way of a quick
 * command needs the JDK only. This package imports {@code wire}, {@code manifest} and {@code document}.
 */
@NullMarked
package dev.asmp.client;

import org.jspecify.annotations.NullMarked;
