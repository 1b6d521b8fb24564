package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Weaknesses of a valid manifest, which is registered as it is. */
final class ManifestWarnings {
    private static final ValueTypes SHAPES = shapes();
    /** A port as people mention it: "on port 8080", "port: 8080", "127.0.0.1:8080". */
    private static final Pattern PORT = Pattern.compile(
            "(?i)(?:\\bports?[ :=#]{1,3}|\\blocalhost:|\\b127\\.0\\.0\\.1:|\\b0\\.0\\.0\\.0:|\\[::1?\\]:)([0-9]{2,5})(?![0-9])");
    private static final Pattern AUTHORITY = Pattern
            .compile("(?:\\[[0-9A-Fa-f:.]{2,45}\\]|[A-Za-z0-9._-]{1,253})(?::([0-9]{1,5}))?");

    private final Mapping document;
    private final List<Problem> warnings = new ArrayList<>();

    private ManifestWarnings(Mapping document) {
        this.document = document;
    }

    static List<Problem> of(Mapping document) {
        return new ManifestWarnings(document).gather();
    }

    private static ValueTypes shapes() {
        ValueTypes shapes = new ValueTypes().put("", ValueType.oneOf(KnownValues.KINDS), "kind").put("", ValueType.TEXT,
                "description",
                "version", "created_by", "owner", "created_at", "section", "repo");
        for (String run : List.of("run", "runtime")) {
            shapes.put("", ValueType.MAPPING, run).put(run, ValueType.TEXT, "working_dir", "cwd", "restart", "style")
                    .putTexts(run, "args").put(run, ValueType.MAPPING, "env").putMappings(run + ".depends_on")
                    .put(run + ".depends_on[]", ValueType.TEXT, "name")
                    .put(run + ".depends_on[]", ValueType.oneOf(KnownValues.DEPENDENCIES), "kind");
        }
        for (String parent : List.of("", "capabilities")) {
            shapes.putTexts(parent, "owns", "supports", "aliases", "anti_routes", "positive_examples")
                    .put(parent, ValueType.TEXTS, "negative_examples");
        }
        return shapes.putTexts("capabilities", "requires", "optional", "strengths", "weaknesses")
                .put("capabilities", ValueType.CAPABILITY, "provides[]")
                .put("", ValueType.MAPPING, "lifecycle")
                .put("lifecycle", ValueType.TEXT, "start", "stop", "reload").putMappings("endpoints")
                .put("endpoints[]", ValueType.TEXT, "protocol", "host", "path", "note")
                .put("endpoints[]", ValueType.PORT, "port")
                .put("endpoints[]", ValueType.oneOf(KnownValues.VISIBILITIES), "visibility")
                .put("", ValueType.MAPPING, "health")
                .put("health", ValueType.oneOf(KnownValues.HEALTH_METHODS), "method")
                .put("health", ValueType.TEXT, "target")
                .put("health", ValueType.DURATION, "interval", "timeout").put("", ValueType.MAPPING, "data")
                .put("data", ValueType.oneOf(KnownValues.SENSITIVITIES), "sensitivity")
                .put("data", ValueType.TEXTS, "stores")
                .put("data", ValueType.TEXT_OR_MAPPING, "stores[]").put("", ValueType.TEXT_OR_MAPPING, "state")
                .putMappings("mods").put("mods[]", ValueType.TEXT, "name", "description", "agent")
                .put("mods[]", ValueType.oneOf(KnownValues.MOD_STATES), "state").putTexts("mods[]", "attaches_to")
                .put("mods[]", ValueType.MAPPING, "capabilities")
                .put("mods[].capabilities", ValueType.TEXTS, "provides")
                .put("mods[].capabilities", ValueType.CAPABILITY, "provides[]")
                .putTexts("mods[].capabilities", "requires").put("", ValueType.MAPPING, "display", "infra")
                .put("display", ValueType.TEXT, "icon", "label", "section", "url")
                .put("display", ValueType.BOOLEAN, "critical");
    }

    private List<Problem> gather() {
        warnings.addAll(SHAPES.complaints(document));
        warnings.addAll(KnownKeys.MANIFEST.typos(document));
        checkDescription();
        checkRepeatedCapabilities();
        if (document.get("health") instanceof Mapping health) {
            checkHealth(health);
        }
        if (ModelKeys.KIND.equals(document.text("kind"))) {
            warnings.addAll(ModelKeys.warnings(document));
        }
        return List.copyOf(warnings);
    }

    private void checkDescription() {
        Document description = document.get("description");
        if (FieldReader.isAbsent(description) || (description instanceof Scalar scalar && scalar.text().isBlank())) {
            warn("description", "is missing: agents choose by it");
        } else if (description instanceof Scalar scalar) {
            checkPortsIn(scalar.text());
        }
    }

    /** Warns of a port in a sentence: a client that looks for an endpoint does not find it there. */
    private void checkPortsIn(String description) {
        Set<String> known = new HashSet<>();
        for (Document endpoint : document.list("endpoints")) {
            known.add(String.valueOf(endpoint instanceof Mapping mapping ? mapping.text("port") : null));
        }
        Matcher matcher = PORT.matcher(description);
        while (matcher.find()) {
            String port = matcher.group(1);
            if (known.add(port)) {
                warn("description", "mentions port " + port + ", which is among no endpoints: add {protocol: http,"
                        + " host: 127.0.0.1, port: " + port + "} there, or what it is");
            }
        }
    }

    private void checkRepeatedCapabilities() {
        Set<String> seen = new HashSet<>();
        List<Document> provides = document.mapping("capabilities").list("provides");
        for (int i = 0; i < provides.size(); i++) {
            if (provides.get(i) instanceof Scalar capability && !seen.add(capability.text())) {
                warn("capabilities.provides[" + i + "]",
                        Printable.quoted(capability.text()) + " is listed more than once");
            }
        }
    }

    private void checkHealth(Mapping health) {
        String method = health.text("method");
        String target = health.text("target");
        if (method == null) {
            warnIfAbsent(health, "method", "is missing, so nothing is probed: http, tcp or llm_ping");
        } else if (KnownValues.HEALTH_METHODS.contains(method)) {
            if (target == null) {
                warnIfAbsent(health, "target", "is missing, so nothing is probed: a URL, or host:port for tcp");
            } else {
                checkTarget(target.strip(), method);
            }
        }
    }

    private void checkTarget(String target, String method) {
        boolean http = !method.equals("tcp");
        String authority = http ? httpAuthority(target) : target.replaceFirst("^tcp://", "");
        if (authority.contains("@")) {
            // The text is not repeated: what stands before the @ may be a password.
            warn("health.target", "carries a user name; a probe sends no credentials");
        } else if (!isAddress(authority, http)) {
            warn("health.target", Printable.quoted(target)
                    + (http
                            ? " is not a URL such as http://127.0.0.1:7100/health"
                            : " is not host:port, such as"
                                    + " 127.0.0.1:7100"));
        }
    }

    private void warnIfAbsent(Mapping health, String key, String message) {
        if (FieldReader.isAbsent(health.get(key))) {
            warn("health." + key, message);
        }
    }

    /** The authority of an http or https URL; empty where there is none. */
    private static String httpAuthority(String target) {
        try {
            URI uri = new URI(target);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return http && uri.getRawAuthority() != null ? uri.getRawAuthority() : "";
        } catch (URISyntaxException _) {
            return "";
        }
    }

    private static boolean isAddress(String authority, boolean usualPort) {
        Matcher matcher = AUTHORITY.matcher(authority);
        if (!matcher.matches() || matcher.group(1) == null) {
            return matcher.matches() && usualPort;
        }
        int port = Integer.parseInt(matcher.group(1));
        return 1 <= port && port <= 65_535;
    }

    private void warn(String field, String message) {
        warnings.add(new Problem(field, message));
    }
}
