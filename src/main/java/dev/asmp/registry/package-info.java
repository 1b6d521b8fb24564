/**
 * Claims enter: announcements, registrations, sightings, patches, the owner's decisions. The services of this host leave, as an
 * immutable catalog, and as changes for a listener. It uses {@code ranking}, {@code manifest}, {@code store} and
 * {@code document}.
 */
@NullMarked
package dev.asmp.registry;

import org.jspecify.annotations.NullMarked;
