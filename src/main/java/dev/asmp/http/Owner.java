package dev.asmp.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Knows the owner of this host by a token that only somebody with access to the owner's files can read. */
final class Owner {
    private static final String SCHEME = "Bearer ";

    private final byte[] token;

    Owner(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the owner asks; a token that is not the owner's is refused, whatever is asked for. */
    boolean isAsking(Exchange exchange) {
        String sent = exchange.header("authorization");
        if (sent == null) {
            return false;
        }
        if (!isRight(sent)) {
            throw new HttpError(403, "this is not the owner's token");
        }
        return true;
    }

    /** Lets only the owner go on. */
    void require(Exchange exchange) {
        if (!isAsking(exchange)) {
            throw new HttpError(401, "only the owner of this host can do that: use asmp on it, or send the token in the"
                    + " state folder as 'Authorization: Bearer …'");
        }
    }

    private boolean isRight(@Nullable String sent) {
        boolean bearer = sent != null && sent.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        byte[] given = bearer && sent != null
                ? sent.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8)
                : new byte[0];
        return MessageDigest.isEqual(given, token);
    }
}
