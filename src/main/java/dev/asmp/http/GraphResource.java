package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Dependencies;
import dev.asmp.registry.Entry;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code GET /graph}: who needs whom. It is worked out once per catalog, since every manifest is parsed for it. */
final class GraphResource {
    private final ApiSources sources;
    private volatile @Nullable Known known;

    /** The last graph. */
    private record Known(Catalog catalog, long health, byte[] json) {}

    GraphResource(ApiSources sources) {
        this.sources = sources;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/graph", _ -> Answer.ok(json()));
    }

    /** Requests that come while one is worked out wait for it, so that many of them cost no more than one. */
    private synchronized byte[] json() {
        Catalog catalog = sources.registry().catalog();
        long health = sources.health().revision();
        Known last = known;
        if (last == null || last.catalog != catalog || last.health != health) {
            last = new Known(catalog, health, Json.write(document(Dependencies.of(catalog))));
            known = last;
        }
        return last.json;
    }

    private Mapping document(Dependencies graph) {
        return Mapping.builder().put("nodes", list(graph.nodes(), this::node))
                .put("edges", list(graph.edges(), edge -> Mapping
                        .builder().put("from", edge.from()).put("to", edge.to()).put("kind", edge.kind().word())
                        .put("capability", edge.capability()).put("hard", Scalar.bool(edge.isHard())).build()))
                .put("missing", list(graph.missing(), gap -> Mapping.builder().put("from", gap.from())
                        .put("kind", gap.kind().word()).put("name", gap.name()).build()))
                .put("cycles", list(graph.cycles(), Sequence::ofTexts)).put("truncated", Scalar.bool(graph.isCut()))
                .build();
    }

    private Mapping node(Dependencies.Node node) {
        Entry entry = node.entry();
        if (entry == null) {
            return Mapping.builder().put("name", node.name()).put("mod", Scalar.bool(true)).build();
        }
        Boolean healthy = sources.health().healthy(entry.name());
        return Mapping.builder().put("name", entry.name()).put("status", entry.state().status().word())
                .put("healthy", healthy == null ? Scalar.NULL : Scalar.bool(healthy)).build();
    }

    private static <T> Sequence list(List<T> items, Function<T, Document> shown) {
        return new Sequence(items.stream().map(shown).toList());
    }
}
