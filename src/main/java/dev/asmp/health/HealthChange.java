package dev.asmp.health;

import org.jspecify.annotations.Nullable;

/** A change of state: true is healthy, false unhealthy, null unchecked. */
public record HealthChange(String name, @Nullable Boolean from, @Nullable Boolean to, HealthResult result) {}
