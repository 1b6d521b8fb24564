/**
 * Documents enter; typed, validated values leave: manifests, the host profile with its policy, names, durations, the
 * claims that travel to the registry, where a fleet's registry is and whom to trust there, and every problem found on the
 * way, gathered and named by field. What leaves has been checked and is not checked again downstream. It uses
 * {@code document} only.
 */
@NullMarked
package dev.asmp.manifest;

import org.jspecify.annotations.NullMarked;
