/**
 * The environment enters; a running registry leaves. This room builds everything by constructors, holds the clock, and owns
 * the start, the timers, the lock on the state folder, the scan cycle, the log and the stop. It leans on all rooms below it.
 */
@NullMarked
package dev.asmp.daemon;

import org.jspecify.annotations.NullMarked;
