/**
 * Arguments of the command line enter; text for a person or JSON for a program, and an exit code, leave. Each command is one
 * class that asks the registry over HTTP ({@code serve} starts the daemon, {@code mcp} serves the tools); the quick ones load
 * only a socket, a small JSON reader and a table. It uses {@code daemon}, {@code mcp}, {@code client}, {@code wire},
 * {@code registry}, {@code store}, {@code manifest} and {@code document}.
 */
@NullMarked
package dev.asmp.cli;

import org.jspecify.annotations.NullMarked;
