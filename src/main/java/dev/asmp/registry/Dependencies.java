package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.Mod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The graph of what services need: capabilities that they require, services that they are run after, and mods attached to them.
 *
 * @param cycles groups of services that need each other in a circle
 * @param isCut whether there are more edges than a graph may have
 */
public record Dependencies(List<Node> nodes, List<Edge> edges, List<Missing> missing, List<List<String>> cycles,
        boolean isCut) {
    /** More cannot be looked at, and manifests decide how many there are. */
    private static final int MAX_EDGES = 50_000;
    /** The providers of one requirement that are shown. */
    private static final int PROVIDERS = 10;

    /** A service, or a mod under {@code SERVICE/MOD}. */
    public record Node(String name, @Nullable Entry entry) {}

    /** The reason for an edge. */
    public enum Kind {
        REQUIRES("requires"), DEPENDS_ON("depends_on"), MOD("mod");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * One service needs another, or has a mod.
     *
     * @param capability what is required, for {@link Kind#REQUIRES}
     * @param isHard whether the service cannot do without
     */
    public record Edge(String from, String to, Kind kind, @Nullable String capability, boolean isHard) {}

    /** A capability that nothing provides, or a service that is not registered. */
    public record Missing(String from, Kind kind, String name) {}

    /** The graph of all entries; parses each manifest. */
    public static Dependencies of(Catalog catalog) {
        Collector collector = new Collector(catalog);
        catalog.entries().forEach(collector::add);
        return collector.dependencies();
    }

    private static final class Collector {
        private final Catalog catalog;
        private final List<Node> nodes = new ArrayList<>();
        private final List<Edge> edges = new ArrayList<>();
        private final List<Missing> missing = new ArrayList<>();
        private final Map<String, List<String>> next = new TreeMap<>();

        Collector(Catalog catalog) {
            this.catalog = catalog;
        }

        Dependencies dependencies() {
            return new Dependencies(List.copyOf(nodes), List.copyOf(edges), List.copyOf(missing), Cycles.in(next),
                    isFull());
        }

        private boolean isFull() {
            return edges.size() + missing.size() >= MAX_EDGES;
        }

        void add(Entry entry) {
            nodes.add(new Node(entry.name(), entry));
            next.put(entry.name(), new ArrayList<>());
            Mapping manifest = entry.manifest().document();
            manifest.mapping("capabilities").texts("requires").stream().distinct()
                    .forEach(capability -> require(entry, capability));
            for (String block : List.of("run", "runtime")) {
                manifest.mapping(block).list("depends_on").forEach(item -> dependOn(entry, item));
            }
            for (Mod mod : entry.text().parsedMods().attached()) {
                String name = entry.name() + "/" + mod.name();
                nodes.add(new Node(name, null));
                add(new Edge(entry.name(), name, Kind.MOD, null, false));
            }
        }

        private void require(Entry entry, String capability) {
            Collection<String> providers = providers(capability);
            if (providers.isEmpty()) {
                miss(new Missing(entry.name(), Kind.REQUIRES, capability));
            } else if (!providers.contains(entry.name())) {
                providers.stream().limit(PROVIDERS).forEach(provider -> add(
                        new Edge(entry.name(), provider, Kind.REQUIRES, capability, providers.size() == 1)));
            }
        }

        /** The services that provide a capability, themselves or by a mod. */
        private Collection<String> providers(String capability) {
            Collection<String> names = new LinkedHashSet<>();
            catalog.indexes.of(capability).forEach(offer -> names.add(offer.entry().name()));
            return names;
        }

        private void dependOn(Entry entry, Document item) {
            String wanted = item instanceof Mapping named
                    ? named.text("name")
                    : item instanceof Scalar scalar ? scalar.text() : null;
            if (wanted == null) {
                return;
            }
            boolean isHard = !(item instanceof Mapping named && "soft".equals(named.text("kind")));
            Entry other = catalog.find(wanted);
            if (other == null) {
                miss(new Missing(entry.name(), Kind.DEPENDS_ON, wanted));
            } else {
                add(new Edge(entry.name(), other.name(), Kind.DEPENDS_ON, null, isHard));
            }
        }

        private void miss(Missing one) {
            if (!isFull()) {
                missing.add(one);
            }
        }

        private void add(Edge edge) {
            if (!isFull()) {
                edges.add(edge);
                if (edge.kind != Kind.MOD) {
                    next.computeIfAbsent(edge.from, _ -> new ArrayList<>()).add(edge.to);
                }
            }
        }
    }
}
