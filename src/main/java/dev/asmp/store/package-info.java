/**
 * Bytes and names enter; files that survive a crash leave: a folder whose files are replaced whole, logs that only grow, and
 * one thread for many changes that wait for the disk together. Everything is given as a {@code Path}, so that any file system
 * fits, and nothing here knows what the bytes mean. This room leans on {@code document} alone.
 */
@NullMarked
package dev.asmp.store;

import org.jspecify.annotations.NullMarked;
