package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.lieutenant.AgentGroup;
import dev.asmp.lieutenant.Swarm;
import dev.asmp.manifest.InvalidDocumentException;
import java.time.Duration;
import java.util.List;

/** The swarm's workers and their tasks, for the owner only. */
final class SwarmResource {
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private final Swarm swarm;
    private final OwnerAuthorization owner;

    SwarmResource(Swarm swarm, OwnerAuthorization owner) {
        this.swarm = swarm;
        this.owner = owner;
    }

    void addTo(Routes routes) {
        AgentGroup workers = swarm.workers();
        String one = "/swarm/agents/{name}";
        add(routes, "GET", "/swarm/agents", exchange -> AgentResource.waiting(
                () -> swarm.awaitStarts(AgentResource.wait(exchange, LONGEST_WAIT))), "wait");
        add(routes, "POST", "/swarm/agents", exchange -> Answer.of(202, swarm.spawn(exchange.json())));
        add(routes, "GET", one, exchange -> AgentResource.waiting(() -> workers.view(exchange.parameter(0),
                exchange.query("seen"), AgentResource.wait(exchange, LONGEST_WAIT))), "wait", "seen");
        add(routes, "DELETE", one, exchange -> Answer.ok(workers.remove(exchange.parameter(0))));
        add(routes, "POST", one + "/tasks",
                exchange -> Answer.ok(swarm.task(exchange.parameter(0), text(exchange.json(), "task"))));
        add(routes, "GET", one + "/read", exchange -> AgentResource.read(workers, exchange), "task", "from", "wait");
        add(routes, "POST", one + "/abort", exchange -> Answer.ok(workers.abort(exchange.parameter(0))));
        add(routes, "POST", "/swarm/wait", this::await);
        add(routes, "POST", "/swarm/discover", _ -> Answer.ok(workers.discover()));
        add(routes, "POST", "/swarm/teardown", exchange -> {
            Document body = exchange.optionalJson();
            return AgentResource.waiting(
                    () -> swarm.tearDown(body instanceof Mapping mapping ? mapping.texts("agents") : List.of()));
        });
    }

    private void add(Routes routes, String method, String pattern, Routes.Handler handler, String... query) {
        routes.add(method, pattern, exchange -> {
            owner.require(exchange);
            return handler.handle(exchange).fleeting();
        }, query);
    }

    private Answer await(Exchange exchange) {
        Mapping body = exchange.json() instanceof Mapping mapping ? mapping : Mapping.EMPTY;
        String seconds = body.text("timeoutSeconds");
        if (seconds != null && !seconds.matches("[0-9]{1,4}")) {
            throw new InvalidDocumentException("timeoutSeconds", "must be a whole number");
        }
        Duration most = seconds == null ? LONGEST_WAIT : Duration.ofSeconds(Long.parseLong(seconds));
        return AgentResource.waiting(
                () -> swarm.await(body.texts("tasks"), most.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : most));
    }

    static String text(Document body, String key) {
        String text = body instanceof Mapping mapping ? mapping.text(key) : null;
        if (text == null || text.isBlank()) {
            throw new InvalidDocumentException(key, "is required");
        }
        return text;
    }
}
