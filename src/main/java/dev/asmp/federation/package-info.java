/**
 * The registries of other hosts. The profile's peers enter; what each of them shares leaves, as immutable states beside the
 * catalog. Nothing here changes the registry. This package may import {@code client}, {@code wire}, {@code store},
 * {@code ranking}, {@code manifest} and {@code document}.
 */
@NullMarked
package dev.asmp.federation;

import org.jspecify.annotations.NullMarked;
