/**
 * HTTP requests enter; answers and event streams leave. A guard refuses requests that do not come from programs of this host,
 * a table of routes finds the handler, and one place turns exceptions into status codes. This package may lean on
 * {@code registry}, {@code ranking}, {@code health}, {@code vm}, {@code events}, {@code manifest} and {@code document}.
 */
@NullMarked
package dev.asmp.http;

import org.jspecify.annotations.NullMarked;
