package dev.asmp.http;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions in which the page decides as the owner. One begins with a code that the owner's token obtains and that works
 * once; it ends when it is not used for long, and with the daemon.
 */
final class OwnerSessions {
    static final Duration CODE_LIFE = Duration.ofSeconds(60);
    static final Duration IDLE = Duration.ofHours(12);
    /** The most codes, and the most sessions; another one ends the oldest. */
    static final int MOST = 16;
    private static final int BYTES = 32;

    private final Supplier<Duration> uptime;
    private final Map<String, Secret> codes = new HashMap<>();
    private final Map<String, Secret> sessions = new HashMap<>();

    private record Secret(Bearer bearer, Duration used) {}

    /** Sessions by the time since the start, which no change of the clock moves. */
    OwnerSessions(Supplier<Duration> uptime) {
        this.uptime = uptime;
    }

    /** Makes a code for the owner. */
    synchronized String code() {
        return added(codes);
    }

    /** Exchanges a code for a session's token; null where the code was used or has expired. */
    synchronized @Nullable String begin(String code) {
        drop(codes, CODE_LIFE);
        return take(codes, "Bearer " + code) == null ? null : added(sessions);
    }

    /** Tells whether this is the token of a session, which is used by that. */
    synchronized boolean isIn(String authorization) {
        drop(sessions, IDLE);
        String token = take(sessions, authorization);
        if (token == null) {
            return false;
        }
        sessions.put(token, new Secret(new Bearer(token), uptime.get()));
        return true;
    }

    private String added(Map<String, Secret> secrets) {
        if (secrets.size() >= MOST) {
            secrets.entrySet().stream().min(Comparator.comparing(one -> one.getValue().used())).map(Map.Entry::getKey)
                    .ifPresent(secrets::remove);
        }
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes); // seeded only by a daemon whose page is opened
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        secrets.put(secret, new Secret(new Bearer(secret), uptime.get()));
        return secret;
    }

    private void drop(Map<String, Secret> secrets, Duration life) {
        Duration now = uptime.get();
        secrets.values().removeIf(one -> now.minus(one.used()).compareTo(life) > 0);
    }

    /** Removes the secret that a header carries; compared with all of them, so that the time tells nothing. */
    private static @Nullable String take(Map<String, Secret> secrets, String authorization) {
        String found = null;
        for (Iterator<Map.Entry<String, Secret>> all = secrets.entrySet().iterator(); all.hasNext();) {
            Map.Entry<String, Secret> one = all.next();
            if (one.getValue().bearer().isIn(authorization)) {
                found = one.getKey();
                all.remove();
            }
        }
        return found;
    }
}
