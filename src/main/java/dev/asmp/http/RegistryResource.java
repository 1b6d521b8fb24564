package dev.asmp.http;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Durations;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.ServiceName;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Registry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The services and what they provide. */
final class RegistryResource {
    // Nothing is probed yet, and a result is never assumed.
    private static final byte[] UNCHECKED = ",\"healthy\":null,\"latency_ms\":null,\"last_check\":null,\"error\":null}"
            .getBytes(StandardCharsets.US_ASCII);

    private final Registry registry;
    private final Supplier<String> url;

    RegistryResource(Registry registry, Supplier<String> url) {
        this.registry = registry;
        this.url = url;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/services/{name}", this::get).add("GET", "/capabilities", this::capabilities)
                .add("GET", "/services", this::list).add("POST", "/services/announce", this::announce);
    }

    private Answer get(Exchange exchange) {
        Catalog catalog = registry.catalog();
        Entry entry = catalog.find(exchange.parameter(0));
        if (entry == null) {
            throw new HttpError(404, "Service '" + ServiceName.printable(exchange.parameter(0)) + "' not found");
        }
        return Answer.ok(json(entry, catalog));
    }

    private static byte[] json(Entry entry, Catalog catalog) {
        return entry.json(catalog.lastSeen(entry), UNCHECKED);
    }

    private Answer capabilities(Exchange exchange) {
        String provides = exchange.query("provides");
        return Answer.ok(provides == null
                ? registry.catalog().capabilitiesJson()
                : registry.catalog().offersJson(provides));
    }

    private Answer list(Exchange exchange) {
        Catalog catalog = registry.catalog();
        Predicate<Entry> wanted = filter(exchange);
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        out.write('[');
        for (Entry entry : catalog.entries()) {
            if (wanted.test(entry)) {
                if (out.size() > 1) {
                    out.write(',');
                }
                out.writeBytes(json(entry, catalog));
            }
        }
        out.write(']');
        return Answer.ok(out.toByteArray());
    }

    private static Predicate<Entry> filter(Exchange exchange) {
        Predicate<Entry> wanted = _ -> true;
        String section = exchange.query("section");
        if (section != null) {
            wanted = wanted.and(entry -> section.equals(entry.section()));
        }
        String query = exchange.query("q");
        if (query != null) {
            String lower = query.strip().toLowerCase(Locale.ROOT);
            wanted = wanted.and(entry -> entry.mentions(lower));
        }
        if ("true".equals(exchange.query("healthy"))) {
            wanted = wanted.and(_ -> false);
        }
        String host = exchange.query("host");
        if (host != null) {
            wanted = wanted.and(entry -> host.equals(entry.host()));
        }
        String kind = exchange.query("kind");
        if (kind != null) {
            wanted = wanted.and(entry -> kind.equals(entry.kind()));
        }
        String status = exchange.query("status");
        if (status != null) {
            wanted = wanted.and(entry -> status.equals(entry.state().status().word()));
        }
        String sync = exchange.query("sync");
        return sync == null ? wanted : wanted.and(entry -> sync.equals(entry.state().sync().word()));
    }

    private Answer announce(Exchange exchange) {
        Duration ttl = ttl(exchange.query("ttl"));
        Entry entry = registry.announce(new Claim.Announcement(Manifest.of(exchange.manifest()), ttl));
        return Answer.created(Mapping.builder().put("name", entry.name()).put("host", entry.host())
                .put("generation", entry.state().generation()).put("status", entry.state().status().word())
                .put("index_url", url.get() + "/services/" + entry.name()).build());
    }

    private static @Nullable Duration ttl(@Nullable String written) {
        if (written == null) {
            return null;
        }
        try {
            Duration ttl = Durations.parse(written);
            if (ttl.isZero()) {
                throw new IllegalArgumentException("must be longer than nothing");
            }
            return ttl;
        } catch (IllegalArgumentException e) {
            throw new HttpError(400, "ttl: " + e.getMessage());
        }
    }
}
