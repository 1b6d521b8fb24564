package dev.asmp.fleet;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What this host knows about a VM that it made: the facts under {@code vm/ID}. Keys that others add, such as those of agents,
 * are kept.
 */
public record VmRecord(String id, Mapping facts) {
    static final String KEY = "vm/";
    static final String STATE = "state";
    /** The state of a VM whose deletion was asked for and is not confirmed. */
    static final String DELETING = "deleting";
    /** The state of a VM that a lost call made: no one was told its id. */
    static final String LOST = "lost";
    static final String PAUSED = "paused";
    static final String RUNNING = "running";

    public String name() {
        return Objects.requireNonNullElse(facts.text("name"), id);
    }

    /** The last state that this host gave it: {@code running, paused, deleting} or {@code lost}. */
    public String state() {
        return Objects.requireNonNullElse(facts.text(STATE), RUNNING);
    }

    public @Nullable String parent() {
        return facts.text("parent");
    }

    public @Nullable String commitId() {
        return facts.text("commitId");
    }

    /** The operation that made it. */
    @Nullable
    String operation() {
        return facts.text("op");
    }

    boolean isLabelled() {
        return facts.get("labelled") instanceof Scalar labelled && labelled.isTrue();
    }

    public boolean isEphemeral() {
        return facts.get("ephemeral") instanceof Scalar ephemeral && ephemeral.isTrue();
    }

    Instant createdAt() {
        return Objects.requireNonNullElse(Timestamps.parse(facts.text("createdAt")), Instant.EPOCH);
    }

    /** The time that it ran, which is what it costs. */
    Duration ran(Instant now) {
        Instant pausedAt = Timestamps.parse(facts.text("pausedAt"));
        Duration all = Duration.between(createdAt(), pausedAt == null ? now : pausedAt);
        return all.minusMillis(pausedMillis());
    }

    private long pausedMillis() {
        String millis = facts.text("pausedMs");
        return millis == null || !millis.matches("[0-9]{1,15}") ? 0 : Long.parseLong(millis);
    }

    /** The facts after it was paused. */
    Mapping paused(Instant now) {
        return facts.with(STATE, Scalar.text(PAUSED)).with("pausedAt", Scalar.text(Timestamps.format(now)));
    }

    /** The facts after it was resumed. */
    Mapping resumed(Instant now) {
        Instant pausedAt = Timestamps.parse(facts.text("pausedAt"));
        long more = pausedAt == null ? 0 : Math.max(0, Duration.between(pausedAt, now).toMillis());
        return facts.without(List.of("pausedAt")).with(STATE, Scalar.text(RUNNING)).with("pausedMs",
                Scalar.number(pausedMillis() + more));
    }
}
