/**
 * What happened enters, as a name, a kind and a document; numbered events leave, to as many readers as there are, each at its
 * own pace. Nothing here waits for a reader, and nobody else's room is known here. This room leans on {@code document}.
 */
@NullMarked
package dev.asmp.events;

import org.jspecify.annotations.NullMarked;
