/**
 * The settings of an etcd cluster enter, and the changes of its keys. A fleet that any number of registry processes share leaves,
 * behind {@code VmStore}. It uses {@code vm}, {@code store}, {@code manifest} and {@code document}; only {@code daemon} loads it,
 * where the profile asks for it.
 */
@NullMarked
package dev.asmp.etcd;

import org.jspecify.annotations.NullMarked;
