/**
 * The health declarations of manifests enter; results of probes leave, by the service's name, with the counts and every change
 * of state. A declaration is data from outside: only addresses of this host are probed unless its owner allows more, and every
 * probe is bounded in time and size. This package may lean on {@code manifest} and {@code document}.
 */
@NullMarked
package dev.asmp.health;

import org.jspecify.annotations.NullMarked;
