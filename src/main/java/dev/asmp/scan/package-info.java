/**
 * Scan paths enter; manifests leave, with everything that could not be read and why. The walk knows the rules about depth,
 * ignored folders and links, and the scanner remembers what has not changed, so that it is not read again. This package may
 * lean on {@code manifest}, {@code document} and {@code posix}; it knows no registry.
 */
@NullMarked
package dev.asmp.scan;

import org.jspecify.annotations.NullMarked;
