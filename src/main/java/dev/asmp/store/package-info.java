/**
 * Bytes and names enter. Files that survive a crash leave: folders whose files are replaced whole, logs and journals that only
 * grow, one thread that saves many changes together, and the exception by which an engine refuses. It uses {@code document} and
 * {@code posix}, and takes every location as a {@code Path}, so that any file system fits.
 */
@NullMarked
package dev.asmp.store;

import org.jspecify.annotations.NullMarked;
