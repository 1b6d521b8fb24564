package dev.asmp.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A token for the Authorization header, compared in constant time. */
final class Bearer {
    private static final String SCHEME = "Bearer ";

    private final byte[] token;

    Bearer(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /** Tells whether the header's value carries this token. */
    boolean isIn(@Nullable String authorization) {
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        byte[] given = bearer && authorization != null
                ? authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8)
                : new byte[0];
        return MessageDigest.isEqual(given, token);
    }
}
