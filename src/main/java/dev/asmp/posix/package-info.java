/**
 * Arguments of system calls and paths enter; their results and the bytes of regular files leave. The only place that calls the
 * C library, with the signatures of 64-bit Linux. This package imports no other.
 */
@NullMarked
package dev.asmp.posix;

import org.jspecify.annotations.NullMarked;
