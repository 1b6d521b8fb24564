package dev.asmp.http;

/** The check for the owner of this host, by the token in the state folder. */
final class OwnerAuthorization {
    private final Bearer token;

    OwnerAuthorization(String token) {
        this.token = new Bearer(token);
    }

    /** Tells whether the request carries the owner's token; another token is refused. */
    boolean isAsking(Exchange exchange) {
        String sent = exchange.header("authorization");
        if (sent == null) {
            return false;
        }
        if (!token.isIn(sent)) {
            throw new HttpError(403, "this is not the owner's token");
        }
        return true;
    }

    /** Refuses requests without the owner's token. */
    void require(Exchange exchange) {
        if (!isAsking(exchange)) {
            throw new HttpError(401, "only the owner of this host can do that: use asmp on it, or send the token in the"
                    + " state folder as 'Authorization: Bearer …'");
        }
    }
}
