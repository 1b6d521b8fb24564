/**
 * Changes enter, as a name, a kind and a document; numbered events leave, to any number of readers, each at its own pace.
 * Publishing waits for no reader. This package may lean on {@code document}.
 */
@NullMarked
package dev.asmp.events;

import org.jspecify.annotations.NullMarked;
