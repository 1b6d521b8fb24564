package dev.asmp.http;

/** Knows the owner of this host by a token that only somebody with access to the owner's files can read. */
final class OwnerAuthorization {
    private final Bearer token;

    OwnerAuthorization(String token) {
        this.token = new Bearer(token);
    }

    /** Whether the owner asks; a token that is not the owner's is refused, whatever is asked for. */
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

    /** Lets only the owner go on. */
    void require(Exchange exchange) {
        if (!isAsking(exchange)) {
            throw new HttpError(401, "only the owner of this host can do that: use asmp on it, or send the token in the"
                    + " state folder as 'Authorization: Bearer …'");
        }
    }
}
