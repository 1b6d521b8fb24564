package dev.asmp.http;

/**
 * The check for the owner of this host: by the token in the state folder, by a session of the page, or by the account that
 * opened the Unix socket.
 */
final class OwnerAuthorization {
    private final Bearer token;
    private final OwnerSessions sessions;

    OwnerAuthorization(String token, OwnerSessions sessions) {
        this.token = new Bearer(token);
        this.sessions = sessions;
    }

    /** Tells whether a header's value is the owner's token or a session. */
    boolean isIn(String authorization) {
        return token.isIn(authorization) || sessions.isIn(authorization);
    }

    /** Tells whether the request is the owner's; another token is refused. */
    boolean isOwner(Exchange exchange) {
        return isAsking(exchange) || exchange.ingress() == Ingress.OWNER_SOCKET;
    }

    /** Tells the same; a request with another token is one of others. */
    boolean isKnownIn(Exchange exchange) {
        String sent = exchange.header("authorization");
        return exchange.ingress() == Ingress.OWNER_SOCKET || (sent != null && isIn(sent));
    }

    /**
     * Tells whether the request carries the owner's token or a session; another token is refused. Programs of the owner, such
     * as agents, use the owner's socket too, so that alone does not show that the owner decides.
     */
    boolean isAsking(Exchange exchange) {
        String sent = exchange.header("authorization");
        if (sent == null) {
            return false;
        }
        if (!isIn(sent)) {
            throw new HttpError(403, "this is not the owner's token");
        }
        return true;
    }

    /** Refuses requests that are not the owner's. */
    void require(Exchange exchange) {
        if (!isOwner(exchange)) {
            throw unauthorized();
        }
    }

    /** Refuses requests without the owner's token; a session is not enough. */
    void requireToken(Exchange exchange) {
        String sent = exchange.header("authorization");
        if (sent == null) {
            throw unauthorized();
        }
        if (!token.isIn(sent)) {
            throw new HttpError(403, "this is not the owner's token");
        }
    }

    private static HttpError unauthorized() {
        return new HttpError(401, "only the owner of this host can do that: use asmp on it, or send the token in the"
                + " state folder as 'Authorization: Bearer …'");
    }
}
