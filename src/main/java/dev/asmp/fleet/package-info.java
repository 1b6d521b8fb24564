/**
 * The life of the VMs that this host makes: requests to create, copy, save, pause and delete enter; VMs and their records
 * leave. A VM is recorded in the store of {@code vm} before anything else can fail, and forgotten when its deletion is
 * confirmed. This package imports {@code vers}, {@code vm}, {@code events}, {@code store}, {@code manifest} and
 * {@code document}.
 */
@NullMarked
package dev.asmp.fleet;

import org.jspecify.annotations.NullMarked;
