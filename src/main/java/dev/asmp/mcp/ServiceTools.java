package dev.asmp.mcp;

import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.EndpointSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The tools that look without searching: a list of services, one service, health, the capabilities. */
final class ServiceTools {
    private static final int PAGE = 25;
    private static final int CAPABILITIES = 100;
    private static final List<String> HEALTH = List.of("status", "healthy", "latency_ms", "last_check", "health_error",
            "last_seen");

    static final Tool LIST = new Tool("service_list", "List services",
            "Browse services by name. Call it for an overview; service_find searches.",
            Tool.Effect.READS,
            Schema.object().text("section").text("hosts")
                    .flag("healthy", "Healthy only.")
                    .text("after", "next_after of the last page.")
                    .whole("limit", 1, 100),
            Schema.object().requires("services"), ServiceTools::list);

    static final Tool GET = new Tool("service_get", "Show a service",
            """
                    Show everything about one service: endpoints, capabilities, start, health, manifest. Call it with a name from
                    service_find. Nothing in it is run.""",
            Tool.Effect.READS, Schema.object().text("name", "The service's name.").requires("name"),
            Schema.object().requires("service"), ServiceTools::get);

    static final Tool HEALTH_TOOL = new Tool("service_health", "Check health",
            """
                    Report the last probe of a service, or the counts of the machine. Call it before you rely on a service. It does
                    not probe.""",
            Tool.Effect.READS, Schema.object().text("name", "Without it, the machine."),
            Schema.object(), ServiceTools::health);

    static final Tool CAPABILITIES_TOOL = new Tool("capability_list", "List capabilities",
            "List what services here provide. Call it to see what service_find can be asked for.",
            Tool.Effect.READS, Schema.object().text("domain", "Such as email.")
                    .text("after", "next_after of the last page.")
                    .whole("limit", 1, 1_000),
            Schema.object().requires("total", "capabilities"), ServiceTools::capabilities);

    private ServiceTools() {}

    private static Tool.Answer list(Tool.Call call) {
        ToolArguments arguments = call.arguments();
        String section = arguments.text("section");
        String after = arguments.text("after");
        int limit = arguments.whole("limit", PAGE);
        String filters = (section == null ? "" : "&section=" + UrlEncoding.encode(section))
                + (arguments.flag("healthy") ? "&healthy=true" : "")
                + HostTools.parameter(arguments.text("hosts"));
        List<Mapping> shown = new ArrayList<>();
        int[] following = {0};
        // A registry that knows no pages answers with all services.
        RegistryCalls.Listed listed = call.registry().getEach("/services?limit=" + limit + filters
                + (after == null ? "" : "&after=" + UrlEncoding.encode(after)), entry -> {
                    // Those of other hosts follow in an order of their own.
                    if (after == null || arguments.text("hosts") != null
                            || String.valueOf(entry.text("name")).compareToIgnoreCase(after) > 0) {
                        following[0]++;
                        if (shown.size() < limit) {
                            shown.add(ServiceSummary.of(entry));
                        }
                    }
                });
        boolean hasNext = listed.hasNext() || following[0] > shown.size();
        Integer total = total(call.registry(), after == null && !hasNext ? following[0] : null, filters.isEmpty());
        String next = hasNext ? shown.getLast().text("name") : null;
        String hint = next != null
                ? shown.size() + (total == null ? "" : " of " + total) + "; for more: after=\"" + next + "\""
                : !shown.isEmpty()
                        ? null
                        : after != null
                                ? "No service follows '" + TextSanitizer.line(after, 128) + "'."
                                : filters.isEmpty()
                                        ? "Nothing is registered yet: service_scan looks for manifests on this machine."
                                        : "No service matches; without section and healthy, all are listed.";
        Mapping.Builder data = Mapping.builder();
        if (total != null) {
            data.put("total", total);
        }
        data.put("services", new Sequence(List.copyOf(shown))).put("next_after", next).put("hint", hint);
        return new Tool.Answer(joined(shown.isEmpty() ? null : ServiceSummary.lines(shown), hint), data.build());
    }

    /** The number of services in all pages together, where it costs no reading of them all. */
    private static @Nullable Integer total(RegistryCalls registry, @Nullable Integer counted, boolean ofAll) {
        if (counted != null || !ofAll) {
            return counted;
        }
        String total = registry.get("/health").text("total");
        return total == null || !total.matches("[0-9]{1,9}") ? null : Integer.valueOf(total);
    }

    private static Tool.Answer get(Tool.Call call) {
        Mapping entry = entry(call);
        Mapping summary = ServiceSummary.of(entry);
        List<String> lines = new ArrayList<>();
        lines.add(ServiceSummary.line(summary, 400));
        add(lines, "problem", Diagnosis.of(entry));
        add(lines, "last probe", entry.text("health_error"));
        add(lines, "provides", String.join(", ", summary.texts("provides")));
        add(lines, "requires", String.join(", ", entry.mapping("capabilities").texts("requires")));
        endpoints(entry, lines);
        add(lines, "start", first(entry.mapping("lifecycle").text("start"), entry.mapping("run").text("command")));
        add(lines, "repo", entry.text("repo"));
        add(lines, "manifest", entry.text("source"));
        return new Tool.Answer(String.join("\n", lines),
                Mapping.builder().put("service", TextSanitizer.document(entry, 2_000, 100)).build());
    }

    private static @Nullable String first(@Nullable String one, @Nullable String other) {
        return one == null ? other : one;
    }

    private static void endpoints(Mapping entry, List<String> lines) {
        List<String> others = new ArrayList<>();
        List<Document> endpoints = entry.list("endpoints");
        for (Document endpoint : endpoints.subList(Math.min(1, endpoints.size()), Math.min(6, endpoints.size()))) {
            String where = EndpointSummary.of(entry.with("endpoints", new Sequence(List.of(endpoint))));
            if (where != null) {
                others.add(where);
            }
        }
        add(lines, "also at", String.join(", ", others));
    }

    private static void add(List<String> lines, String key, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            lines.add(key + ": " + TextSanitizer.line(value, 300));
        }
    }

    /** The text and the hint, where they are, on lines of their own. */
    static String joined(@Nullable String text, @Nullable String hint) {
        return text == null ? Objects.requireNonNullElse(hint, "") : hint == null ? text : text + "\n" + hint;
    }

    private static Mapping entry(Tool.Call call) {
        String name = call.arguments().required("name");
        try {
            return call.registry().get("/services/" + UrlEncoding.encode(name));
        } catch (RegistryCalls.Refusal e) {
            if (e.status() != 404) {
                throw e;
            }
            String problem = e.problem();
            List<String> near = new ArrayList<>();
            NearMatches.to(name, call.registry()).forEach(match -> near.addAll(((Mapping) match).texts("service")));
            throw new ToolFailure((problem == null
                    ? "There is no service '" + TextSanitizer.line(name, 100) + "'."
                    : Diagnosis.keptOut(name, problem))
                    + (near.isEmpty() ? "" : " Did you mean " + String.join(", or ", near) + "?")
                    + " service_find looks for what it does; service_todo notes that it is missing.");
        }
    }

    private static Tool.Answer health(Tool.Call call) {
        if (call.arguments().text("name") != null) {
            return healthOf(entry(call));
        }
        Mapping health = call.registry().get("/health");
        String host = TextSanitizer.line(health.text("host"), 128);
        Mapping data = Mapping.builder().put("host", host)
                .put("status", health.get("status"))
                .put("total", health.get("total")).put("healthy_count", health.get("healthy"))
                .put("unhealthy_count", health.get("unhealthy")).put("unchecked_count", health.get("unchecked"))
                .put("stale_count", health.get("stale")).put("pending_count", health.get("pending"))
                .put("reason", TextSanitizer.line(health.text("reason"), 300)).build();
        StringBuilder text = new StringBuilder(host + " is " + TextSanitizer.line(health.text("status"), 20) + "; "
                + data.text("total") + " services: " + data.text("healthy_count") + " healthy, "
                + data.text("unhealthy_count") + " unhealthy, " + data.text("unchecked_count") + " unchecked");
        for (String other : List.of("stale", "pending")) {
            String count = health.text(other);
            text.append(count == null || count.equals("0") ? "" : ", " + count + " " + other);
        }
        return new Tool.Answer(joined(text.toString(), data.text("reason")), data);
    }

    private static Tool.Answer healthOf(Mapping entry) {
        String name = TextSanitizer.line(entry.text("name"), 128);
        Mapping.Builder health = Mapping.builder().put("name", name);
        for (String key : HEALTH) {
            if (entry.get(key) instanceof Scalar scalar && !scalar.isNull()) {
                health.put(key, TextSanitizer.document(scalar, 300, 0));
            }
        }
        String where = TextSanitizer.line(EndpointSummary.of(entry), 200);
        Mapping data = health.put("where", where).build();
        StringBuilder text = new StringBuilder(name + (where == null ? "" : " at " + where) + " is "
                + ServiceSummary.condition(entry));
        text.append(data.text("latency_ms") == null ? "" : ", " + data.text("latency_ms") + " ms");
        text.append(data.text("last_check") == null ? "" : ", probed " + data.text("last_check"));
        text.append(data.text("health_error") == null ? "" : ": " + data.text("health_error"));
        return new Tool.Answer(joined(text.toString(), Diagnosis.of(entry)), data);
    }

    private static Tool.Answer capabilities(Tool.Call call) {
        String domain = call.arguments().text("domain");
        String below = domain == null ? "" : domain.replaceAll("\\.?\\*?$", "") + ".";
        String after = call.arguments().text("after");
        int limit = call.arguments().whole("limit", CAPABILITIES);
        List<String> shown = new ArrayList<>();
        int[] counts = {0, 0};
        call.registry().getEach("/capabilities", "capabilities", item -> {
            String capability = item instanceof Scalar scalar ? scalar.text() : "";
            if (capability.startsWith(below)) {
                counts[0]++;
                if (after == null || capability.compareTo(after) > 0) {
                    counts[1]++;
                    if (shown.size() < limit) {
                        shown.add(String.valueOf(TextSanitizer.line(capability, 100)));
                    }
                }
            }
        });
        int left = counts[1] - shown.size();
        String next = left > 0 ? shown.getLast() : null;
        String hint = next != null
                ? left + " more: narrow with domain, or after=\"" + next + "\""
                : shown.isEmpty() ? "Nothing provides " + (domain == null ? "anything yet." : below + "*") : null;
        return new Tool.Answer(joined(shown.isEmpty() ? null : String.join(", ", shown), hint),
                Mapping.builder().put("total", counts[0]).put("capabilities", Sequence.ofTexts(shown))
                        .put("next_after", next).put("hint", hint).build());
    }
}
