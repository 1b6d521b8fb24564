/**
 * HTTP requests enter; JSON answers leave. A guard turns away what does not come from this machine's own programs, a table
 * of routes finds the handler, handlers ask the registry, and one place turns errors into status codes. This room leans on
 * {@code registry}, {@code manifest} and {@code document}.
 */
@NullMarked
package dev.asmp.http;

import org.jspecify.annotations.NullMarked;
