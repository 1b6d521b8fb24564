package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.lieutenant.AgentGroup;
import dev.asmp.lieutenant.AgentRequest;
import dev.asmp.lieutenant.Agents;
import dev.asmp.manifest.InvalidDocumentException;
import java.time.Duration;

/** Lieutenants, for the owner only: each call costs money, or reads what the owner's agents write. */
final class AgentResource {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Agents agents;
    private final OwnerAuthorization owner;

    AgentResource(Agents agents, OwnerAuthorization owner) {
        this.agents = agents;
        this.owner = owner;
    }

    /** Answers what may take a while. */
    interface Waiting {
        Mapping answer() throws InterruptedException;
    }

    void addTo(Routes routes) {
        String one = "/lieutenants/{name}";
        add(routes, "GET", "/lieutenants", _ -> Answer.ok(agents.lieutenants().list()));
        add(routes, "POST", "/lieutenants",
                exchange -> Answer.of(202, agents.lieutenants().create(AgentRequest.lieutenant(exchange.json()))));
        add(routes, "GET", one, exchange -> waiting(() -> agents.lieutenants().view(exchange.parameter(0),
                exchange.query("seen"), wait(exchange, LONGEST_WAIT))), "wait", "seen");
        add(routes, "POST", one + "/send", this::send);
        add(routes, "GET", one + "/read", exchange -> read(agents.lieutenants(), exchange), "task", "from", "wait");
        add(routes, "GET", one + "/history",
                exchange -> Answer.ok(agents.lieutenants().history(exchange.parameter(0))));
        add(routes, "POST", one + "/abort", exchange -> Answer.ok(agents.lieutenants().abort(exchange.parameter(0))));
        add(routes, "POST", one + "/pause", exchange -> Answer.ok(agents.lieutenants().pause(exchange.parameter(0))));
        add(routes, "POST", one + "/resume", exchange -> Answer.ok(agents.lieutenants().resume(exchange.parameter(0))));
        add(routes, "POST", "/lieutenants/discover", _ -> Answer.ok(agents.lieutenants().discover()));
        add(routes, "DELETE", one, exchange -> Answer.ok(agents.lieutenants().remove(exchange.parameter(0))));
    }

    private void add(Routes routes, String method, String pattern, Routes.Handler handler, String... query) {
        routes.add(method, pattern, exchange -> {
            owner.require(exchange);
            return handler.handle(exchange).fleeting();
        }, query);
    }

    static Answer waiting(Waiting waiting) {
        try {
            return Answer.ok(waiting.answer());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HttpError(503, "the daemon is stopping");
        }
    }

    static Duration wait(Exchange exchange, Duration most) {
        Duration wait = exchange.duration("wait");
        return wait == null ? Duration.ZERO : wait.compareTo(most) > 0 ? most : wait;
    }

    private Answer send(Exchange exchange) {
        Document body = exchange.json();
        String message = SwarmResource.text(body, "message");
        String mode = ((Mapping) body).text("mode");
        if (mode != null && !mode.equals("followUp") && !mode.equals("steer")) {
            throw new InvalidDocumentException("mode", "must be followUp or steer");
        }
        return Answer.ok(agents.lieutenants().send(exchange.parameter(0), message, "steer".equals(mode)));
    }

    static Answer read(AgentGroup group, Exchange exchange) {
        Long from = exchange.number("from");
        return waiting(() -> group.read(exchange.parameter(0), exchange.query("task"), from == null ? 0 : from,
                wait(exchange, LONGEST_WAIT)));
    }
}
