package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.federation.RemoteEntry;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Printable;
import dev.asmp.manifest.SecretMask;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Offers;
import dev.asmp.registry.Proposal;
import dev.asmp.registry.Registry;
import dev.asmp.registry.ServiceRecord;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The services and their capabilities: lookup, announcement, registration, change and removal. */
final class RegistryResource {
    private static final int PIECE = 16 * 1024;
    /** More than a capability takes. */
    private static final long LONGEST = 1024 * 1024;

    private final ApiSources sources;
    private final Registry registry;
    private final LiveMembers live;
    private final LongPoll waiting;
    private final OwnerAuthorization owner;
    private final Supplier<@Nullable String> url;
    private final Predicate<Exchange> isMasked;

    RegistryResource(ApiSources sources, LongPoll waiting, OwnerAuthorization owner,
            Supplier<@Nullable String> url, Predicate<Exchange> isMasked) {
        this.sources = sources;
        this.registry = sources.registry();
        this.live = new LiveMembers(sources.health(), registry, sources.daemon());
        this.waiting = waiting;
        this.owner = owner;
        this.url = url;
        this.isMasked = isMasked;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/services/{name}", this::get)
                .add("GET", "/capabilities", this::capabilities, "provides", "wait", "index", "host", "hosts")
                .add("GET", "/services",
                        exchange -> new ServiceList(registry::catalog, live, HostFilter.of(exchange, sources))
                                .answer(exchange),
                        ServiceList.PARAMETERS)
                .add("POST", "/services/announce", this::announce, "ttl")
                .add("POST", "/services", this::register).add("PATCH", "/services/{name}", this::patch)
                .add("DELETE", "/services/{name}", this::remove);
    }

    private Answer get(Exchange exchange) {
        Catalog catalog = registry.catalog();
        String name = exchange.parameter(0);
        Entry entry = catalog.find(name);
        if (entry != null) {
            byte[] members = live.members(entry);
            return Answer.entry(200,
                    isMasked.test(exchange) ? catalog.listed(entry, members) : catalog.json(entry, members),
                    entry.state().generation());
        }
        Proposal proposal = catalog.proposal(name);
        if (proposal == null && sources.federation().hasPeers()) {
            Answer remote = elsewhere(name, exchange);
            if (remote != null) {
                return remote;
            }
        }
        if (proposal == null) {
            String problem = live.problem(name, null);
            throw new HttpError(404, String.valueOf(ServiceRecord.notFound(name).getMessage()),
                    problem == null ? catalog.whyRemoved(name) : problem);
        }
        return Answer.entry(200, isMasked.test(exchange) ? catalog.listed(proposal) : catalog.json(proposal),
                proposal.entry().state().generation());
    }

    /** The service of another host, or where else there is one of this name; null where there is none. */
    private @Nullable Answer elsewhere(String name, Exchange exchange) {
        int at = name.lastIndexOf('@');
        if (at > 0 && HostFilter.isThisHost(name.substring(at + 1), sources)) {
            Entry own = registry.catalog().find(name.substring(0, at));
            return own == null
                    ? null
                    : Answer.entry(200, isMasked.test(exchange)
                            ? registry.catalog().listed(own, live.members(own))
                            : registry.catalog().json(own, live.members(own)), own.state().generation());
        }
        HostFilter.Remote remote = HostFilter.find(name, sources.federation());
        if (remote != null) {
            return Answer.ok(remote.json());
        }
        List<String> others = HostFilter.elsewhere(name, sources.federation());
        return others.isEmpty()
                ? null
                : Answer.of(404, Mapping.builder()
                        .put("error", Printable.of(String.valueOf(ServiceRecord.notFound(name).getMessage())))
                        .put("problem", live.problem(name, null)).put("elsewhere", Sequence.ofTexts(others)).build());
    }

    /** The name of a service of this host; what is another's is changed there. */
    private String own(Exchange exchange) {
        String name = exchange.parameter(0);
        HostFilter.Remote remote = name.indexOf('@') < 0 ? null : HostFilter.find(name, sources.federation());
        if (remote != null) {
            throw new HttpError(409, "'" + Printable.of(name) + "' belongs to " + remote.host().host()
                    + ": change it there");
        }
        return name;
    }

    /** A document from outside, in which no mask may stand for a secret. */
    private static Document unmasked(Document document) {
        SecretMask.refuseIn(document);
        return document;
    }

    private Answer capabilities(Exchange exchange) {
        String asked = exchange.query("provides");
        String provides = asked == null || asked.isBlank() ? null : asked;
        Duration wait = exchange.duration("wait");
        if (provides == null && wait != null) {
            throw new HttpError(400, "wait needs provides: which capability to wait for");
        }
        HostFilter hosts = HostFilter.of(exchange, sources);
        if (!hosts.isHere()) {
            if (wait != null) {
                throw new HttpError(400, "wait is for this host alone: leave out hosts and host");
            }
            return provides == null ? allCapabilities(hosts) : allProviders(provides, hosts);
        }
        return provides == null
                ? ownCapabilities(registry.catalog())
                : waiting.answer(provides, () -> registry.catalog().offers(provides, live), wait,
                        exchange.number("index"));
    }

    /** The providers here, then those of each other host. */
    private Answer allProviders(String provides, HostFilter hosts) {
        JsonList list = new JsonList();
        if (hosts.isLocal()) {
            Offers.Rendered own = registry.catalog().offers(provides, live);
            if (own.isLong()) {
                throw new HttpError(400,
                        "the answer of this host alone is too long: ask without hosts, and with host=NAME");
            }
            byte[] json = own.json();
            if (json.length > 2) {
                list.add(json.length, () -> Arrays.copyOfRange(json, 1, json.length - 1));
            }
        }
        hosts.remote().filter(remote -> remote.entry().provides().stream()
                .anyMatch(capability -> RemoteEntry.provides(capability, provides)))
                .sorted(Comparator.comparingInt(RegistryResource::rank)) // which keeps the order of equals
                .forEach(remote -> list.add(remote.entry().length(), () -> joined(
                        remote.entry().offers(provides, remote.standing()))));
        return list.answer(Map.of());
    }

    private static byte[] joined(List<byte[]> items) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] item : items) {
            if (joined.size() > 0) {
                joined.write(',');
            }
            joined.writeBytes(item);
        }
        return joined.toByteArray();
    }

    /** Sorts a service of another host: healthy, then unknown, then unhealthy, then stale. */
    private static int rank(HostFilter.Remote remote) {
        Boolean healthy = remote.entry().healthy(remote.standing());
        return remote.entry().isStale(remote.standing()) ? 3 : healthy == null ? 1 : healthy ? 0 : 2;
    }

    private Answer ownCapabilities(Catalog catalog) {
        return isLong(catalog.capabilities())
                ? Answer.pieces(this::writeCapabilities, PIECE + LONGEST)
                : Answer.ok(catalog.capabilitiesJson());
    }

    private Answer allCapabilities(HostFilter hosts) {
        TreeSet<String> all = new TreeSet<>();
        if (hosts.isLocal()) {
            all.addAll(registry.catalog().capabilities());
        }
        hosts.remote().forEach(remote -> all.addAll(remote.entry().provides()));
        if (isLong(all)) {
            throw new HttpError(400, "there are too many capabilities for one answer: ask host by host");
        }
        return Answer.ok(Mapping.builder().put("capabilities", Sequence.ofTexts(all)).build());
    }

    /** Tells whether these texts are too long to be held as one answer. */
    private static boolean isLong(Collection<String> texts) {
        return texts.stream().mapToLong(String::length).sum() > JsonList.LONG;
    }

    /** Writes one after the other, each from the catalog of that moment: a client that reads slowly holds no old one. */
    private void writeCapabilities(OutputStream client) throws IOException {
        OutputStream out = new BufferedOutputStream(client, PIECE);
        out.write("{\"capabilities\":[".getBytes(StandardCharsets.US_ASCII));
        String before = null;
        for (String next = registry.catalog().capabilityAfter(null); next != null; next = registry.catalog()
                .capabilityAfter(before)) {
            if (before != null) {
                out.write(',');
            }
            out.write(Json.write(Scalar.text(next)));
            before = next;
        }
        out.write("]}".getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private Answer announce(Exchange exchange) {
        Duration ttl = exchange.duration("ttl");
        if (ttl != null && ttl.isZero()) {
            throw new HttpError(400, "ttl: must be longer than nothing");
        }
        ServiceRecord standing = registry
                .announce(new Claim.Announcement(Manifest.of(unmasked(exchange.manifest())), ttl));
        return switch (standing) {
            case Entry entry -> Answer.of(201,
                    Mapping.builder().put("name", entry.name()).put("host", entry.host())
                            .put("generation", entry.state().generation()).put("status", entry.state().status().word())
                            .put("index_url", Objects.requireNonNullElse(url.get(), "") + "/services/" + entry.name())
                            .putAll(registry.catalog().notices(entry)).build());
            case Proposal proposal -> waits(proposal);
        };
    }

    private Answer register(Exchange exchange) {
        ServiceRecord standing = registry.register(new Claim.Registration(Manifest.of(unmasked(exchange.manifest()))));
        return switch (standing) {
            case Entry entry -> Answer.of(201,
                    Mapping.builder().put("ok", Scalar.bool(true)).put("name", entry.name())
                            .put("path", registry.pathOf(entry.name()).toString())
                            .put("generation", entry.state().generation()).put("status", entry.state().status().word())
                            .putAll(registry.catalog().notices(entry)).build());
            case Proposal proposal -> waits(proposal);
        };
    }

    /** The answer to content that waits for the owner's approval. */
    static Answer waits(Proposal proposal) {
        Entry entry = proposal.entry();
        return Answer.of(202, Mapping.builder().put("status", entry.state().status().word()).put("name", entry.name())
                .put("host", entry.host()).put("generation", entry.state().generation())
                .put("digest", proposal.digest())
                .put("message", "waits for the owner's approval: asmp approve " + entry.name()).build());
    }

    private Answer patch(Exchange exchange) {
        ServiceRecord standing = registry.patch(own(exchange), unmasked(exchange.patch()),
                EntityTag.precondition(exchange.header("if-match")));
        return shown(200, standing);
    }

    /** The answer after a change: the entry, or the proposal with 202. */
    Answer shown(int status, ServiceRecord standing) {
        Catalog catalog = registry.catalog();
        return switch (standing) {
            case Entry entry ->
                Answer.entry(status, catalog.json(entry, live.members(entry)), entry.state().generation());
            case Proposal proposal -> Answer.entry(202, catalog.json(proposal),
                    proposal.entry().state().generation());
        };
    }

    private Answer remove(Exchange exchange) {
        ServiceRecord removed = registry.remove(own(exchange),
                EntityTag.precondition(exchange.header("if-match")),
                owner.isAsking(exchange));
        return Answer.ok(Mapping.builder().put("ok", Scalar.bool(true)).put("name", removed.name())
                .put("status", "removed").build());
    }
}
