/**
 * What manifests declare about their health enters; what probes found out leaves, by the service's name, with the counts and
 * every change of state. A declaration is data from outside: only addresses of this host are probed unless its owner allows
 * more, and every probe is bounded in time and size. This room leans on {@code manifest} and {@code document}.
 */
@NullMarked
package dev.asmp.health;

import org.jspecify.annotations.NullMarked;
