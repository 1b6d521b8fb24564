/**
 * Claims enter; the one truth about the services of this host leaves, as an immutable catalog. Merging and staleness
 * are pure; one writer decides all changes in order, persists them together and publishes a new catalog, and
 * readers never wait. This room leans on {@code manifest}, {@code store} and {@code document}.
 */
@NullMarked
package dev.asmp.registry;

import org.jspecify.annotations.NullMarked;
