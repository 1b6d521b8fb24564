/**
 * The catalog enters, with the last probes; the models in it leave, those that suit a task first. Nothing is kept between two
 * requests. This package may lean on {@code registry}, {@code health}, {@code manifest} and {@code document}.
 */
@NullMarked
package dev.asmp.models;

import org.jspecify.annotations.NullMarked;
