/**
 * Words typed at a prompt enter; text for a person, or JSON for a program, leaves. Each command is one class that asks the
 * registry over HTTP; {@code serve} starts the daemon in this process. The commands that run hundreds of times a day load
 * next to nothing: a socket, a small JSON reader and a table. This room leans on {@code daemon}, {@code registry},
 * {@code store}, {@code manifest} and {@code document}.
 */
@NullMarked
package dev.asmp.cli;

import org.jspecify.annotations.NullMarked;
