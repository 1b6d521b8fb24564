package dev.asmp.http;

import dev.asmp.document.Json;
import dev.asmp.document.JsonSplice;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import dev.asmp.events.Feed;
import dev.asmp.federation.Sharing;
import dev.asmp.health.HealthMonitor;
import dev.asmp.health.HealthResult;
import dev.asmp.manifest.FederationSettings;
import dev.asmp.manifest.FleetSettings;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.SecretMask;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import dev.asmp.wire.Reply;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** What this host shares, on a socket on which the registries of other hosts ask: two paths that change nothing. */
public final class FederationServer implements AutoCloseable {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    /** Changes that follow one another this soon are answered together. */
    private static final long GATHERING = 100;
    /** What a peer takes at most; the rest would make it refuse all. */
    private static final int MOST_ENTRIES = 10_000;
    private static final long MOST_BYTES = 15L * 1024 * 1024;
    /** What a reader that stalls holds: one item, and a piece. */
    private static final long HELD = 600 * 1024;
    private static final int PIECE = 16 * 1024;
    private static final int MAX_WAITERS = 48;

    private final Content content;
    private final OuterListener listener;
    private final Routes routes = new Routes();
    private final AtomicInteger waiters = new AtomicInteger();

    /** The sources of what is shared. */
    public record Content(Supplier<HostProfile> profile, Supplier<Catalog> catalog, HealthMonitor health, Feed feed) {
        FederationSettings.Share share() {
            return profile.get().federation().share();
        }

        /** The services of this host, counted by whether others are told of them. */
        Sharing.Counts counts(Catalog from) {
            int shared = 0;
            int near = 0;
            int without = 0;
            FederationSettings.Share share = share();
            for (Entry entry : from.entries()) {
                var endpoints = entry.endpoints();
                boolean isForOthers = Sharing.isForOthers(endpoints);
                shared += share == FederationSettings.Share.ALL
                        || (share == FederationSettings.Share.LAN && isForOthers)
                                ? 1
                                : 0;
                without += endpoints.isEmpty() ? 1 : 0;
                near += !endpoints.isEmpty() && !isForOthers ? 1 : 0;
            }
            return new Sharing.Counts(from.size(), shared, near, without);
        }
    }

    /** Binds the address; nothing is answered before {@link #start}. */
    public FederationServer(FleetSettings.Socket address, FleetSettings.@Nullable Tls files, @Nullable String token,
            Content content, HttpBudgets budgets, Consumer<String> log) throws IOException {
        this.content = content;
        routes.add("GET", "/federation/host", _ -> host()).add("GET", "/federation/services", this::services, "wait",
                "index");
        listener = new OuterListener(address, files, Ingress.PEERS,
                new RequestHandler(routes, FleetAccess.ofFederation(token, !address.isLoopback()), budgets, log));
    }

    /** Starts to listen and answer; a failure says why the address cannot be bound. */
    public void start() throws IOException {
        listener.start();
    }

    public String url() {
        return listener.url();
    }

    /** Loads a renewed certificate; returns whether there was one. An unusable one leaves the old in place. */
    public boolean renewCertificate() throws IOException {
        return listener.renewCertificate();
    }

    public void writeTo(MetricsPage page) {
        routes.writeTo(page, "federation");
    }

    private Answer host() {
        HostProfile profile = content.profile.get();
        Mapping document = SecretMask.masked(profile.document());
        Mapping.Builder host = Mapping.builder().put("host_id", profile.hostId());
        for (String key : List.of("device_class", "os", "hardware", "capabilities")) {
            host.put(key, document.get(key));
        }
        return Answer.ok(host.put("sharing", content.counts(content.catalog.get()).document()).build());
    }

    private Answer services(Exchange exchange) {
        Duration wait = exchange.duration("wait");
        Long index = exchange.number("index");
        String known = index == null ? exchange.header("if-none-match") : "\"" + index + "\"";
        if (wait == null || known == null) {
            return answer(content.catalog.get(), known);
        }
        try {
            if (waiters.incrementAndGet() > MAX_WAITERS) {
                throw new HttpError(503, "there are " + MAX_WAITERS + " waiting hosts already");
            }
            return changed(wait, known);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HttpError(503, "the registry is stopping");
        } finally {
            waiters.decrementAndGet();
        }
    }

    private Answer changed(Duration wait, String known) throws InterruptedException {
        Feed feed = content.feed;
        long deadline = System.nanoTime() + (wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait).toNanos();
        while (true) {
            long before = feed.last();
            Catalog catalog = content.catalog.get();
            long left = deadline - System.nanoTime();
            if (left <= 0 || !EntityTag.isKnown(known, tag(catalog))) {
                return answer(catalog, known);
            }
            if (feed.after(before, Duration.ofNanos(left)).ended()) {
                return answer(content.catalog.get(), known);
            }
            Thread.sleep(GATHERING);
        }
    }

    /** The tag of what is shared: it changes with content, status and health, and not with renewals. */
    private String tag(Catalog catalog) {
        CRC32C first = new CRC32C();
        CRC32 second = new CRC32();
        byte[] own = (content.profile.get().hostId() + ' ' + content.share().word())
                .getBytes(StandardCharsets.UTF_8);
        first.update(own);
        second.update(own);
        for (Entry entry : catalog.entries()) {
            entry.addTo(first);
            Boolean healthy = content.health.healthy(entry.name());
            int health = healthy == null ? 2 : healthy ? 1 : 0;
            first.update(health);
            second.update(health);
            second.update((int) first.getValue());
        }
        return "\"" + ((first.getValue() << 24 ^ second.getValue()) & 0xff_ffff_ffff_ffffL) + "\"";
    }

    private Answer answer(Catalog catalog, @Nullable String known) {
        String tag = tag(catalog);
        Map<String, String> headers = Map.of("ETag", tag, "X-Asmp-Index", tag.replace("\"", ""), "X-Asmp-Host",
                content.profile.get().hostId());
        return known != null && EntityTag.isKnown(known, tag)
                ? Answer.of(new Reply(304, headers, new byte[0], null))
                : Answer.pieces(out -> write(catalog, new BufferedOutputStream(out, PIECE)), HELD).with(headers);
    }

    private void write(Catalog catalog, OutputStream out) throws IOException {
        FederationSettings.Share share = content.share();
        int count = 0;
        long bytes = 0;
        out.write('[');
        for (Entry entry : catalog.entries()) {
            Mapping shared = Sharing.shared(entry(catalog, entry), share);
            byte[] json = shared == null ? new byte[0] : Json.write(shared);
            bytes += json.length;
            if (json.length == 0) {
                continue;
            }
            if (count == MOST_ENTRIES || bytes > MOST_BYTES) {
                break;
            }
            if (count++ > 0) {
                out.write(',');
            }
            out.write(json);
        }
        out.write(']');
        out.flush();
    }

    /** The entry with the last probe's result; why a probe failed stays here. */
    private Mapping entry(Catalog catalog, Entry entry) {
        HealthResult health = content.health.of(entry.name());
        Boolean healthy = health.healthy();
        Instant checked = health.lastCheck();
        return Mapping.builder().putAll((Mapping) Json.read(catalog.listed(entry, JsonSplice.NO_MEMBERS)))
                .put("healthy", healthy == null ? Scalar.NULL : Scalar.bool(healthy))
                .put("last_check", checked == null ? null : Timestamps.format(checked)).build();
    }

    @Override
    public void close() {
        listener.close();
    }
}
