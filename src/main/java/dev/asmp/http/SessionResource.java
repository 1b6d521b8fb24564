package dev.asmp.http;

import dev.asmp.document.Mapping;

/** One-time codes for the owner, and the sessions that the page gets for them. */
final class SessionResource {
    private final OwnerSessions sessions;
    private final OwnerAuthorization owner;

    SessionResource(OwnerSessions sessions, OwnerAuthorization owner) {
        this.sessions = sessions;
        this.owner = owner;
    }

    void addTo(Routes routes) {
        routes.add("POST", "/session/code", this::code).add("POST", "/session", this::begin);
    }

    private Answer code(Exchange exchange) {
        owner.requireToken(exchange);
        return Answer.of(201, Mapping.builder().put("code", sessions.code())
                .put("expires_in", OwnerSessions.CODE_LIFE.toSeconds()).build());
    }

    private Answer begin(Exchange exchange) {
        String code = exchange.json() instanceof Mapping body ? body.text("code") : null;
        if (code == null) {
            throw new HttpError(400, "code: is required; asmp open makes one");
        }
        String session = sessions.begin(code);
        if (session == null) {
            throw new HttpError(403,
                    "This link was used already, or is older than a minute. Make another with: asmp open");
        }
        return Answer.of(201, Mapping.builder().put("session", session)
                .put("idle_limit", OwnerSessions.IDLE.toSeconds()).build());
    }
}
