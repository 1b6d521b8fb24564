/**
 * Registrations, patches and heartbeats of a fleet's VMs enter. The live and the stale VMs leave, and the changes among them,
 * through {@code VmStore}, whose contract test any engine has to pass. It uses {@code manifest}, {@code store} and
 * {@code document}.
 */
@NullMarked
package dev.asmp.vm;

import org.jspecify.annotations.NullMarked;
