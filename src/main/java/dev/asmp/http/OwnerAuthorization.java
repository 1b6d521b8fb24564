package dev.asmp.http;

/** The check for the owner of this host, by the token in the state folder or by a session of the page. */
final class OwnerAuthorization {
    private final Bearer token;
    private final OwnerSessions sessions;

    OwnerAuthorization(String token, OwnerSessions sessions) {
        this.token = new Bearer(token);
        this.sessions = sessions;
    }

    /** Tells whether the request carries the owner's authority; another token is refused. */
    boolean isAsking(Exchange exchange) {
        String sent = exchange.header("authorization");
        if (sent == null) {
            return false;
        }
        if (!token.isIn(sent) && !sessions.isIn(sent)) {
            throw new HttpError(403, "this is not the owner's token");
        }
        return true;
    }

    /** Refuses requests without the owner's authority. */
    void require(Exchange exchange) {
        if (!isAsking(exchange)) {
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
