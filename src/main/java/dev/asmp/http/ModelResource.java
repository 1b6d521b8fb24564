package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.ModelKeys;
import dev.asmp.models.Model;
import dev.asmp.models.ModelQuery;
import dev.asmp.models.Models;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /models}: the models among the services, and the best of them for a task. */
final class ModelResource {
    /** A longer list is written model by model and never held in memory. */
    private static final long LONG = 8L * 1024 * 1024;
    private static final int PIECE = 16 * 1024;
    /** The models that a recommendation shows; its count is of all. */
    private static final int SHOWN = 50;
    private static final int KEYS = 1_000;

    private final Models models;
    private final Predicate<Exchange> isMasked;

    ModelResource(Models models, Predicate<Exchange> isMasked) {
        this.models = models;
        this.isMasked = isMasked;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/models", this::list, "provides", "provider", "tier", "max_cost", "min_context", "keys")
                .add("GET", "/models/recommend", this::recommend, "task", "budget", "context", "keys")
                .add("GET", "/models/health", _ -> Answer.ok(models.health()))
                .add("POST", "/models/verify", _ -> Answer.of(200, models.verify()));
    }

    private Answer list(Exchange exchange) {
        ModelQuery query = new ModelQuery(text(exchange, "provides"), text(exchange, "provider"),
                text(exchange, "tier"), amount(exchange, "max_cost"), exchange.number("min_context"), keys(exchange));
        return answer(models.list(query), query.keys(), !isMasked.test(exchange), new byte[]{'['}, new byte[]{']'});
    }

    private Answer recommend(Exchange exchange) {
        ModelQuery query = new ModelQuery(text(exchange, "task"), null, null, amount(exchange, "budget"),
                exchange.number("context"), keys(exchange));
        boolean withDigest = !isMasked.test(exchange);
        Models.Recommendation found = models.recommend(query);
        List<Model> shown = found.models().subList(0, Math.min(SHOWN, found.models().size()));
        BigDecimal budget = query.budget();
        Mapping head = Mapping.builder().put("task", query.task() == null ? Scalar.NULL : Scalar.text(query.task()))
                .put("budget", budget == null ? Scalar.NULL : new Scalar(Scalar.Kind.NUMBER, budget.toString()))
                .put("count", found.models().size())
                .put("recommended", shown.isEmpty() ? Scalar.NULL : shown.getFirst().document(query.keys(), withDigest))
                .put("left_out", found.leftOut()).put("why", new Sequence(found.why())).build();
        byte[] start = Json.write(head.with("models", new Sequence(List.<Document>of())));
        return answer(shown, query.keys(), withDigest, Arrays.copyOf(start, start.length - 2), new byte[]{']', '}'});
    }

    /** The models as JSON between these bytes. */
    private static Answer answer(List<Model> models, @Nullable Set<String> keys, boolean withDigest, byte[] start,
            byte[] end) {
        long length = models.stream().mapToLong(Model::length).sum();
        long longest = models.stream().mapToLong(Model::length).max().orElse(0);
        if (length > LONG) {
            return Answer.pieces(client -> {
                OutputStream out = new BufferedOutputStream(client, PIECE);
                out.write(start);
                write(models, keys, withDigest, out);
                out.write(end);
                out.flush();
            }, start.length + 32L * models.size() + 4 * longest + 2L * PIECE);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(start);
        try {
            write(models, keys, withDigest, out);
        } catch (IOException e) {
            throw new AssertionError("memory takes all", e);
        }
        out.writeBytes(end);
        return Answer.ok(out.toByteArray());
    }

    private static void write(List<Model> models, @Nullable Set<String> keys, boolean withDigest, OutputStream out)
            throws IOException {
        boolean first = true;
        for (Model model : models) {
            if (!first) {
                out.write(',');
            }
            out.write(Json.write(model.document(keys, withDigest)));
            first = false;
        }
    }

    private static @Nullable String text(Exchange exchange, String name) {
        String text = exchange.query(name);
        return text == null || text.isBlank() ? null : text.strip();
    }

    private static @Nullable BigDecimal amount(Exchange exchange, String name) {
        String written = exchange.query(name);
        BigDecimal amount = written == null ? null : ModelKeys.amount(written.strip());
        if (written != null && amount == null) {
            throw new HttpError(400, name + ": must be USD per million tokens, a number from 0 such as 0.50");
        }
        return amount;
    }

    /** The variables whose keys the caller says to have; null where it says nothing. */
    private static @Nullable Set<String> keys(Exchange exchange) {
        String written = exchange.query("keys");
        if (written == null) {
            return null;
        }
        Set<String> keys = new HashSet<>();
        for (String name : written.split(",", KEYS + 1)) {
            if (!name.isBlank()) {
                keys.add(name.strip());
            }
        }
        if (keys.size() > KEYS) {
            throw new HttpError(400, "keys: at most " + KEYS + " names");
        }
        return keys;
    }
}
