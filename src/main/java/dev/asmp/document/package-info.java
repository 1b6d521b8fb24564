/**
 * Bytes of YAML or JSON enter; an ordered, immutable tree of mappings, sequences and exact scalars leaves, and goes back
 * out as YAML or JSON without losing a key, its order or a digit. Size, depth, count and aliases are limited here, once
 * for all readers. It uses no other package of asmp and is the only one that calls SnakeYAML Engine and Jackson.
 */
@NullMarked
package dev.asmp.document;

import org.jspecify.annotations.NullMarked;
