/**
 * The environment enters; a running registry leaves. This package builds everything by constructors, holds the clock, and owns
 * the start, the periodic tasks, the lock on the state folder, the scan cycle, the log and the stop. It may lean on every
 * package below it.
 */
@NullMarked
package dev.asmp.daemon;

import org.jspecify.annotations.NullMarked;
