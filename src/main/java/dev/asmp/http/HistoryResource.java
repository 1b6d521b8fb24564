package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.health.HealthHistory;
import dev.asmp.registry.Entry;
import dev.asmp.registry.ServiceRecord;

/** {@code GET /services/{name}/history}: a service's health in the last 24 hours. */
final class HistoryResource {
    private final ApiSources sources;

    HistoryResource(ApiSources sources) {
        this.sources = sources;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/services/{name}/history", exchange -> history(exchange.parameter(0)));
    }

    private Answer history(String name) {
        Entry entry = sources.registry().catalog().find(name);
        if (entry == null) {
            throw new HttpError(404, String.valueOf(ServiceRecord.notFound(name).getMessage()));
        }
        return Answer.ok(Mapping.builder().put("history", new Sequence(sources.health().history(entry.name()).stream()
                .map(HistoryResource::item).toList())).build());
    }

    private static Document item(HealthHistory.Sample sample) {
        Integer latency = sample.latencyMs();
        return Mapping.builder().put("at", Timestamps.format(sample.at()))
                .put("healthy", Scalar.bool(sample.healthy()))
                .put("latency_ms", latency == null ? null : Scalar.number(latency)).build();
    }
}
