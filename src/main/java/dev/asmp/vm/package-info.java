/**
 * What agents on long-lived machines say about themselves enters: registrations, changes, heartbeats; who is there, who is
 * live, and what changes leaves, through the seam {@code VmStore}. The embedded store behind it keeps a journal and counts
 * silence on a monotonic clock; any other engine has to pass the same contract test. This room leans on {@code store} and
 * {@code document}.
 */
@NullMarked
package dev.asmp.vm;

import org.jspecify.annotations.NullMarked;
