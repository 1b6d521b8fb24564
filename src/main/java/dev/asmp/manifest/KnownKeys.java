package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that the protocol knows, by the mapping in which they stand: {@code endpoints[]} means each endpoint. Other keys are
 * kept, but one that is close to a known key is probably a typo.
 */
final class KnownKeys {
    static final KnownKeys MANIFEST = new KnownKeys()
            .put("", "asmp kind name description version created_by owner created_at section aliases run runtime lifecycle"
                    + " state endpoints health capabilities owns supports anti_routes positive_examples negative_examples"
                    + " when_not_to_use data mods display logs metrics repo infra model pricing secret")
            .put("run", "command args working_dir env restart style exec cwd depends_on")
            .put("runtime", "command args working_dir env restart style exec cwd depends_on")
            .put("lifecycle", "start stop reload").put("state", "running")
            .put("endpoints[]", "protocol host port path visibility note")
            .put("health", "method target interval timeout")
            .put("capabilities", "provides requires optional owns supports aliases anti_routes positive_examples"
                    + " negative_examples when_not_to_use strengths weaknesses")
            .put("model", ModelKeys.MODEL).put("pricing", ModelKeys.PRICING).put("secret", ModelKeys.SECRET)
            .put("data", "sensitivity stores").put("mods[]", "name description agent attaches_to capabilities state")
            .put("mods[].capabilities", "provides requires").put("display", "icon label section critical url")
            .put("infra", "repo github install machines");

    static final KnownKeys PROFILE = new KnownKeys()
            .put("", "asmp kind host_id device_class os hardware capabilities registry discovery policy health observability"
                    + " federation fleet models")
            .put("os", "name version arch").put("hardware", "cores ram_gb").put("registry", "path api tcp")
            .put("discovery", "scan_paths interval scan_interval stale_after max_depth ignore watch")
            .put("health", "allow_remote").put("observability", "logs metrics")
            .put("federation", "listen token_file tls allow_plain share peers interval stale_after forget_after"
                    + " host_aliases conduit_bin")
            .put("federation.peers[]", "host url ssh port token_file ca_file conduit")
            .put("federation.tls", "cert key")
            .put("fleet", "listen token_file allow_without_token tls self store max_vms idle_ttl")
            .put("fleet.tls", "cert key").put("fleet.store", "etcd")
            .put("fleet.store.etcd", "endpoints prefix ca cert key user password_file").put("models", "secrets");

    static final KnownKeys POLICY = new KnownKeys().put("policy", "agent_can_register requires_approval max_services"
            + " allowed_ports data_sensitivity_default unique_ports takeover pin");

    /** Shorter keys are too close to too many words. */
    private static final int SHORTEST = 4;

    /** The unknown keys of one document that are compared. */
    private static final int COMPARED = 1_000;

    private final Map<String, Set<String>> keys = new LinkedHashMap<>();

    private KnownKeys() {}

    private KnownKeys put(String place, String known) {
        return put(place, List.of(known.split(" ")));
    }

    private KnownKeys put(String place, List<String> known) {
        keys.put(place, Set.copyOf(known));
        return this;
    }

    Map<String, Set<String>> all() {
        return keys;
    }

    /** The unknown keys that are close to a known one, each with the key that was probably meant. */
    List<Problem> typos(Mapping document) {
        List<Problem> typos = new ArrayList<>();
        int[] left = {COMPARED};
        keys.forEach((place, known) -> look(document, "", place, known, typos, left));
        return typos;
    }

    private static void look(@Nullable Document node, String at, String rest, Set<String> known, List<Problem> typos,
            int[] left) {
        if (node instanceof Sequence list && rest.startsWith("[]")) {
            for (int i = 0; i < list.items().size(); i++) {
                look(list.items().get(i), at + "[" + i + "]", rest.substring(2), known, typos, left);
            }
        } else if (node instanceof Mapping mapping && rest.isEmpty()) {
            mapping.fields().keySet().stream().filter(key -> !known.contains(key) && key.length() >= SHORTEST)
                    .takeWhile(_ -> left[0]-- > 0).forEach(key -> compare(key, at, known, typos));
        } else if (node instanceof Mapping mapping) {
            String path = rest.startsWith(".") ? rest.substring(1) : rest;
            String key = path.split("[.\\[]", 2)[0];
            look(mapping.get(key), at.isEmpty() ? key : at + "." + key, path.substring(key.length()), known, typos,
                    left);
        }
    }

    private static void compare(String key, String at, Set<String> known, List<Problem> typos) {
        String meant = EditDistance.nearest(key, known);
        if (meant != null && meant.length() >= SHORTEST) {
            typos.add(new Problem(at.isEmpty() ? key : at + "." + key,
                    "is not a known key; did you mean '" + meant + "'?"));
        }
    }
}
