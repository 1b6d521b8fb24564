package dev.asmp.mcp;

import dev.asmp.client.RegistryApi;
import dev.asmp.client.RegistryException;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A registry in a few lines: it speaks as much of the wire contract as the tools ask for. */
public final class FakeRegistry implements RegistryApi {
    private final Map<String, Mapping> services = new TreeMap<>();
    private final Map<String, Mapping> machines = new TreeMap<>();
    private final List<Document> notes = new ArrayList<>();
    /** What was asked, in order. */
    final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<String, String>> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Reply instead;
    private volatile boolean down;

    /** A registry that knows mail and wiki. */
    public static FakeRegistry ofTwo() {
        FakeRegistry registry = new FakeRegistry();
        registry.put(Json.read("""
                {"asmp": "0.1", "kind": "service", "name": "mail", "description": "sends mail", "aliases": ["post"],
                 "section": "office", "capabilities": {"provides": ["email.send", "email.search"]},
                 "endpoints": [{"protocol": "http", "host": "127.0.0.1", "port": 7100, "path": "/api"}]}
                """.getBytes(StandardCharsets.UTF_8)));
        registry.put(Json.read("""
                {"asmp": "0.1", "kind": "service", "name": "wiki", "description": "keeps notes", "section": "tools",
                 "capabilities": {"provides": ["page.read"]}}
                """.getBytes(StandardCharsets.UTF_8)));
        return registry;
    }

    synchronized void put(Document manifest) {
        Mapping mapping = (Mapping) manifest;
        Mapping entry = mapping.with("status", Scalar.text("registered")).with("generation", Scalar.number(1))
                .with("host", Scalar.text("box"));
        boolean known = services.put(String.valueOf(mapping.text("name")), entry) != null;
        listeners.forEach(listener -> listener.accept(known ? "changed" : "registered",
                String.valueOf(mapping.text("name"))));
    }

    /** Tells of each change: its kind and the service's name. */
    public void onChange(BiConsumer<String, String> listener) {
        listeners.add(listener);
    }

    /** Stops or resumes answering. */
    void goDown(boolean down) {
        this.down = down;
    }

    /** Answers everything with this. */
    void answer(int status, String json) {
        instead = new Reply(status, json.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public synchronized Reply call(Request request) {
        String method = request.method();
        String path = request.path();
        byte[] json = request.body();
        asked.add(method + " " + path);
        if (down) {
            throw new RegistryException.Unreachable(
                    "no registry answers on http://127.0.0.1:7700; start one with: asmp serve");
        }
        Reply fixed = instead;
        if (fixed != null) {
            return fixed;
        }
        int question = path.indexOf('?');
        Map<String, String> query = query(question < 0 ? "" : path.substring(question + 1));
        List<String> parts = new ArrayList<>();
        for (String part : (question < 0 ? path : path.substring(0, question)).substring(1).split("/", -1)) {
            parts.add(URLDecoder.decode(part, StandardCharsets.UTF_8));
        }
        Mapping body = json.length == 0 ? Mapping.EMPTY : (Mapping) Json.read(json);
        return parts.getFirst().equals("registry")
                ? fleet(method, parts, query, body)
                : answer(method + " " + String.join("/", parts), parts, query, body);
    }

    private static Map<String, String> query(String written) {
        Map<String, String> query = new TreeMap<>();
        for (String pair : written.isEmpty() ? new String[0] : written.split("&", -1)) {
            String[] both = pair.split("=", 2);
            query.put(both[0], URLDecoder.decode(both[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    private Reply answer(String what, List<String> parts, Map<String, String> query, Mapping body) {
        return switch (what) {
            case "GET health" ->
                ok(Mapping.builder().put("status", "ok").put("host", "box").put("total", services.size())
                        .put("healthy", 0).put("unhealthy", 0).put("unchecked", services.size()).build());
            case "GET host" -> ok(Mapping.builder().put("host_id", "box").put("device_class", "vm")
                    .put("hardware", Mapping.builder().put("cores", 2).build()).build());
            case "GET services" -> page(filtered(query), query);
            case "GET capabilities" -> capabilities(query.get("provides"));
            case "POST services", "POST services/announce" -> register(body);
            case "POST discover/scan" -> ok(Json.read("""
                    {"scanned": 2, "registered": 0, "updated": 2, "skipped": 1, "stale": 0,
                     "problems": [{"path": "/src/x/asmp.yaml", "error": "name is missing"}], "conflicts": []}
                    """.getBytes(StandardCharsets.UTF_8)));
            case "GET discoveries" -> ok(Mapping.builder().put("discoveries", new Sequence(notes)).build());
            case "POST discoveries" -> {
                Mapping note = body.with("status", Scalar.text("todo")).with("discovered_at",
                        Scalar.text("2026-11-20T12:00:00Z"));
                notes.add(note);
                yield reply(201, note);
            }
            default -> {
                Mapping found = parts.size() == 2 && parts.getFirst().equals("services")
                        ? services.get(parts.get(1))
                        : null;
                yield found == null ? error(404, "Service '" + parts.getLast() + "' not found") : ok(found);
            }
        };
    }

    private static Reply page(List<Mapping> all, Map<String, String> query) {
        List<Mapping> following = all.stream()
                .filter(entry -> String.valueOf(entry.text("name"))
                        .compareToIgnoreCase(query.getOrDefault("after", "")) > 0)
                .toList();
        int limit = Math.min(following.size(), Integer.parseInt(query.getOrDefault("limit", "1000000")));
        Reply reply = ok(new Sequence(List.copyOf(following.subList(0, limit))));
        return limit < following.size() ? reply.with("Link", "</services?after=x>; rel=\"next\"") : reply;
    }

    private List<Mapping> filtered(Map<String, String> query) {
        Predicate<Mapping> wanted = entry -> true;
        if (query.containsKey("section")) {
            wanted = wanted.and(entry -> query.get("section").equals(entry.text("section")));
        }
        if (query.containsKey("healthy")) {
            wanted = wanted.and(entry -> entry.get("healthy") instanceof Scalar scalar && scalar.isTrue());
        }
        if (query.containsKey("q")) {
            wanted = wanted.and(entry -> (entry.text("name") + " " + entry.text("description"))
                    .contains(query.get("q")));
        }
        return services.values().stream().filter(wanted).toList();
    }

    private Reply capabilities(@Nullable String provides) {
        if (provides == null) {
            TreeSet<String> all = new TreeSet<>();
            services.values().forEach(entry -> all.addAll(entry.mapping("capabilities").texts("provides")));
            return ok(Mapping.builder().put("capabilities", Sequence.ofTexts(all)).build());
        }
        String prefix = provides.endsWith(".*") ? provides.substring(0, provides.length() - 1) : null;
        return ok(new Sequence(services.values().stream()
                .filter(entry -> entry.mapping("capabilities").texts("provides").stream()
                        .anyMatch(has -> prefix == null ? has.equals(provides) : has.startsWith(prefix)))
                .map(Document.class::cast).toList()));
    }

    private Reply register(Mapping manifest) {
        if (manifest.mapping("capabilities").texts("provides").isEmpty()) {
            return error(400, "capabilities.provides: must name at least one capability");
        }
        put(manifest);
        return reply(201, Mapping.builder().put("ok", Scalar.bool(true)).put("name", manifest.text("name"))
                .put("generation", 1).put("host", "box").build());
    }

    private Reply fleet(String method, List<String> parts, Map<String, String> query, Mapping body) {
        if (method.equals("POST") && parts.size() == 2) {
            String id = String.valueOf(body.text("id"));
            return machines.putIfAbsent(id, body.with("lastSeen", Scalar.text("2026-11-20T12:00:00.000Z"))) == null
                    ? reply(201, machines.getOrDefault(id, body))
                    : error(409, "VM already registered");
        }
        if (method.equals("POST")) {
            return machines.containsKey(parts.get(2))
                    ? ok(Mapping.builder().put("id", parts.get(2)).put("lastSeen", "2026-11-20T12:01:00.000Z").build())
                    : error(404, "VM not found");
        }
        String role = parts.get(1).equals("discover") ? parts.get(2) : query.get("role");
        List<Document> found = machines.values().stream()
                .filter(machine -> role == null || role.equals(machine.text("role"))).map(Document.class::cast)
                .toList();
        return ok(Mapping.builder().put("vms", new Sequence(found)).put("count", found.size()).build());
    }

    private static Reply ok(Document body) {
        return reply(200, body);
    }

    private static Reply reply(int status, Document body) {
        return new Reply(status, Json.write(body));
    }

    private static Reply error(int status, String message) {
        return reply(status, Mapping.builder().put("error", message).build());
    }
}
