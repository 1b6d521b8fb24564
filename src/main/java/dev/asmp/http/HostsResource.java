package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.JsonSplice;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.federation.Federation;
import dev.asmp.federation.RemoteHost;
import dev.asmp.manifest.FederationSettings;
import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The hosts that this one knows: itself, its peers, and those that its manifests name. */
final class HostsResource {
    private static final Duration LONGEST_PULL = Duration.ofSeconds(10);
    private static final int USUAL_LINES = 200;
    private static final int MOST_LINES = 10_000;
    private static final int MOST_DECLARED = 1_000;
    private static final String MACHINES = "\"machines\"";

    private final ApiSources sources;
    /** The lines of a long history take 10 MB. */
    private final Turns histories = new Turns(2, "the history of hosts");
    private volatile @Nullable Declared declared;

    /** The hosts that the manifests of one catalog name. */
    private record Declared(Catalog catalog, Set<String> hosts) {}

    private final SharedWork<Answer> pulls = SharedWork.ofOthers("asking other hosts", this::federate);
    private final OwnerAuthorization owner;

    HostsResource(ApiSources sources, OwnerAuthorization owner) {
        this.sources = sources;
        this.owner = owner;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/hosts", _ -> hosts())
                .add("GET", "/hosts/history", exchange -> histories.make(() -> history(exchange)), "host", "limit")
                .add("POST", "/federate", exchange -> pulls.make(owner.isKnownIn(exchange)));
    }

    private Answer hosts() {
        HostProfile profile = sources.profile().get();
        Federation federation = sources.federation();
        List<Mapping> hosts = new ArrayList<>();
        hosts.add(self(profile));
        Set<String> named = new TreeSet<>(declared());
        named.remove(profile.hostId());
        for (RemoteHost host : federation.hosts()) {
            hosts.add(peer(host, federation.nanos()));
            named.remove(host.host());
        }
        named.forEach(name -> hosts.add(start(name, 0, "declared").build()));
        hosts.sort(Comparator.comparing(host -> String.valueOf(host.text("host"))));
        List<String> problems = profile.federation().problems().stream().map(String::valueOf).toList();
        return Answer.ok(Mapping.builder().put("local", profile.hostId())
                .put("hosts", new Sequence(List.copyOf(hosts)))
                .put("problems", problems.isEmpty() ? null : Sequence.ofTexts(problems)).build());
    }

    private static Mapping.Builder start(String host, int services, String status) {
        return Mapping.builder().put("host", host).put("services", services)
                .put("declared_only", Scalar.bool(status.equals("declared")))
                .put("self", Scalar.bool(status.equals("self"))).put("status", status);
    }

    private Mapping self(HostProfile profile) {
        Catalog catalog = sources.registry().catalog();
        FederationSettings settings = profile.federation();
        Mapping sharing = settings.listen() == null
                ? null
                : Mapping.builder().put("share", settings.share().word())
                        .putAll(new FederationServer.Content(sources.profile(), () -> catalog, sources.health(),
                                sources.feed()).counts(catalog).document())
                        .build();
        return start(profile.hostId(), catalog.size(), "self").put("stale", catalog.staleCount())
                .put("device_class", profile.document().text("device_class"))
                .put("os", profile.document().get("os")).put("sharing", sharing).build();
    }

    private static Mapping peer(RemoteHost host, long nanos) {
        RemoteHost.Standing standing = host.standing(nanos);
        long stale = host.services().stream().filter(entry -> entry.isStale(standing)).count();
        return start(host.host(), host.services().size(), standing.status().word()).put("stale", stale)
                .put("url", host.peer().shown())
                .put("last_seen", host.lastSeen() == null ? null : Timestamps.format(host.lastSeen()))
                .put("error", host.error()).putAll(host.about())
                .put("problems", host.problems().isEmpty() ? null : Sequence.ofTexts(host.problems())).build();
    }

    /** The hosts in {@code infra.machines} of the services here, by the names under which they are filed. */
    private Set<String> declared() {
        Catalog catalog = sources.registry().catalog();
        Declared known = declared;
        if (known == null || !isOf(catalog, known)) {
            Set<String> hosts = new TreeSet<>();
            for (Entry entry : catalog.entries()) {
                byte[] json = catalog.listed(entry, JsonSplice.NO_MEMBERS);
                if (hosts.size() < MOST_DECLARED && new String(json, StandardCharsets.ISO_8859_1).contains(MACHINES)) {
                    Document document = Json.read(json);
                    hosts.addAll(((Mapping) document).mapping("infra").texts("machines"));
                }
            }
            known = new Declared(catalog, hosts);
            declared = known;
        }
        Set<String> canonical = new TreeSet<>();
        known.hosts.stream().filter(host -> !host.isBlank())
                .forEach(host -> canonical.add(sources.federation().settings().canonical(host)));
        return canonical;
    }

    @SuppressWarnings("ReferenceEquality") // another object means another catalog
    private static boolean isOf(Catalog catalog, Declared known) {
        return known.catalog == catalog;
    }

    private Answer history(Exchange exchange) {
        Long limit = exchange.number("limit");
        if (limit != null && (limit < 1 || limit > MOST_LINES)) {
            throw new HttpError(400, "limit: must be from 1 to " + MOST_LINES);
        }
        String host = exchange.query("host");
        FederationSettings settings = sources.federation().settings();
        try {
            return Answer.ok(Mapping.builder().put("history", new Sequence(List.copyOf(sources.hostHistory()
                    .last(limit == null ? USUAL_LINES : limit.intValue(), name -> host == null
                            || settings.canonical(name).equals(settings.canonical(host))))))
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer federate() {
        try {
            List<Federation.Pull> pulls = sources.federation().pullAll(LONGEST_PULL);
            long failed = pulls.stream().filter(pull -> pull.error() != null).count();
            List<Document> results = pulls.stream().<Document>map(pull -> Mapping.builder().put("host", pull.host())
                    .put("services", pull.services()).put("ms", pull.millis()).put("error", pull.error()).build())
                    .toList();
            return Answer.ok(Mapping.builder().put("peers", pulls.size()).put("synced", pulls.size() - failed)
                    .put("errors", failed).put("results", new Sequence(results)).build());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HttpError(503, "the registry is stopping");
        }
    }
}
