package dev.asmp.health;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.Durations;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The probe that a manifest declares, parsed once, or the reason why there is none. */
public sealed interface ProbeSpec {
    Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);
    Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    /** A provider elsewhere is asked seldom and given time. */
    Duration MODEL_INTERVAL = Duration.ofMinutes(5);
    Duration MODEL_TIMEOUT = Duration.ofSeconds(10);
    ProbeSpec NONE = new Unprobed(null);

    /** A probe to be made again and again; what is too often, too seldom or too patient is brought within bounds. */
    record Probe(ProbeTarget target, Duration interval, Duration timeout) implements ProbeSpec {
        private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
        private static final Duration LONGEST_INTERVAL = Duration.ofDays(365);
        private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);
        private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(30);

        public Probe {
            interval = between(SHORTEST_INTERVAL, interval, LONGEST_INTERVAL);
            timeout = between(SHORTEST_TIMEOUT, timeout, between(SHORTEST_TIMEOUT, interval, LONGEST_TIMEOUT));
        }

        private static Duration between(Duration low, Duration value, Duration high) {
            return value.compareTo(low) < 0 ? low : value.compareTo(high) > 0 ? high : value;
        }
    }

    /** Nothing that could be probed; the reason is null where the manifest asks for no probe. */
    record Unprobed(@Nullable String reason) implements ProbeSpec {}

    /** Reads the {@code health} block of a manifest. */
    static ProbeSpec of(Mapping manifest) {
        Document health = manifest.get("health");
        if (health == null || (health instanceof Scalar scalar && scalar.isNull())) {
            return NONE;
        }
        if (health instanceof Mapping mapping) {
            return mapping.isEmpty() ? NONE : declared(mapping);
        }
        return new Unprobed("health: must be a mapping with method and target, but is " + health.kindName());
    }

    private static ProbeSpec declared(Mapping health) {
        try {
            ProbeTarget target = target(health);
            return new Probe(target,
                    duration(health, "interval", target.isModel() ? MODEL_INTERVAL : DEFAULT_INTERVAL),
                    duration(health, "timeout", target.isModel() ? MODEL_TIMEOUT : DEFAULT_TIMEOUT));
        } catch (IllegalArgumentException e) {
            return new Unprobed(ErrorText.of(e.getMessage()));
        }
    }

    private static ProbeTarget target(Mapping health) {
        String method = text(health, "method", "http, tcp or llm_ping").strip().toLowerCase(Locale.ROOT);
        return switch (method) {
            case "http" -> ProbeTarget.http(text(health, "target", ProbeTarget.URL));
            case "llm_ping" -> ProbeTarget.model(text(health, "target", ProbeTarget.URL));
            case "tcp" -> ProbeTarget.tcp(text(health, "target", ProbeTarget.ADDRESS));
            default -> throw new IllegalArgumentException(
                    "health.method: " + ErrorText.quoted(method) + " is not probed; http, tcp and llm_ping are");
        };
    }

    private static String text(Mapping health, String key, String expected) {
        if (health.get(key) instanceof Scalar scalar && !scalar.isNull()) {
            return scalar.text();
        }
        throw new IllegalArgumentException("health." + key + ": must be " + expected);
    }

    private static Duration duration(Mapping health, String key, Duration otherwise) {
        Document value = health.get(key);
        if (value == null || (value instanceof Scalar scalar && scalar.isNull())) {
            return otherwise;
        }
        if (value instanceof Scalar scalar) {
            return duration("health." + key, scalar.text());
        }
        throw new IllegalArgumentException("health." + key + ": must be " + Durations.EXPECTED + ", but is "
                + value.kindName());
    }

    private static Duration duration(String field, String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException(field + ": " + ErrorText.quoted(text) + " is not " + Durations.EXPECTED);
        }
    }
}
