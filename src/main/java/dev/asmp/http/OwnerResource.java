package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Mod;
import dev.asmp.manifest.Printable;
import dev.asmp.manifest.SecretMask;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Proposal;
import dev.asmp.registry.Registry;
import dev.asmp.registry.ServiceRecord;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Decisions about one service: approval by the owner, and its mods. */
final class OwnerResource {
    private static final int MAX_NOTE = 1_000;

    private final Registry registry;
    private final RegistryResource services;
    private final DaemonState daemon;
    private final OwnerAuthorization owner;

    OwnerResource(Registry registry, DaemonState daemon, RegistryResource services, OwnerAuthorization owner) {
        this.daemon = daemon;
        this.registry = registry;
        this.services = services;
        this.owner = owner;
    }

    void addTo(Routes routes) {
        routes.add("POST", "/services/{name}/approve", this::approve)
                .add("POST", "/services/{name}/reject", this::reject)
                .add("POST", "/services/{name}/undo", this::undo)
                .add("GET", "/services/{name}/manifest", this::manifest)
                .add("POST", "/services/{name}/goodbye", this::sayGoodbye)
                .add("POST", "/services/{name}/mods", this::attach)
                .add("DELETE", "/services/{name}/mods/{mod}", this::detach);
    }

    private Answer approve(Exchange exchange) {
        owner.require(exchange);
        return services.shown(200,
                registry.approve(exchange.parameter(0), EntityTag.digest(exchange.header("if-match"))));
    }

    private Answer reject(Exchange exchange) {
        owner.require(exchange);
        String digest = EntityTag.digest(exchange.header("if-match"));
        ServiceRecord rejected = registry.reject(exchange.parameter(0), digest, text(exchange.optionalJson(), "note"));
        return rejected instanceof Proposal proposal
                ? Answer.ok(registry.catalog().json(proposal))
                : services.shown(200, rejected);
    }

    private Answer undo(Exchange exchange) {
        owner.require(exchange);
        return services.shown(200, registry.undo(exchange.parameter(0)));
    }

    /** The file itself, comments and all, which may say what answers mask. */
    private Answer manifest(Exchange exchange) {
        owner.require(exchange);
        Entry entry = registry.catalog().find(exchange.parameter(0));
        if (entry == null) {
            throw new HttpError(404, String.valueOf(ServiceRecord.notFound(exchange.parameter(0)).getMessage()));
        }
        byte[] bytes = daemon.manifest(entry);
        if (bytes == null) {
            throw new HttpError(404, "'" + entry.name() + "' has no manifest below the scan paths that can be read");
        }
        return Answer.ok(Mapping.builder().put("source", entry.state().source())
                .put("text", new String(bytes, StandardCharsets.UTF_8)).build()).fleeting();
    }

    private Answer sayGoodbye(Exchange exchange) {
        Document body = exchange.json();
        String generation = body instanceof Mapping mapping ? mapping.text("generation") : null;
        if (generation == null || !generation.matches("[0-9]{1,15}")) {
            throw new InvalidDocumentException("generation",
                    "is required: the number that the last announcement was answered with");
        }
        return services.shown(200, registry.sayGoodbye(exchange.parameter(0), Long.parseLong(generation),
                text(body, "reason"), owner.isOwner(exchange)));
    }

    private static @Nullable String text(@Nullable Document body, String key) {
        if (body == null || (body instanceof Mapping mapping && mapping.get(key) == null)) {
            return null;
        }
        if (!(body instanceof Mapping mapping) || !(mapping.get(key) instanceof Scalar note)
                || note.text().length() > MAX_NOTE) {
            throw new InvalidDocumentException(key, "must be text of at most " + MAX_NOTE + " characters");
        }
        return note.isNull() ? null : Printable.of(note.text());
    }

    private Answer attach(Exchange exchange) {
        Document mod = exchange.manifest();
        SecretMask.refuseIn(mod);
        return services.shown(201, registry.attach(exchange.parameter(0), Mod.of(mod)));
    }

    private Answer detach(Exchange exchange) {
        return services.shown(200, registry.detach(exchange.parameter(0), exchange.parameter(1)));
    }
}
