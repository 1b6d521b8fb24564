package dev.asmp.mcp;

import dev.asmp.client.RegistryApi;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.EditDistance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Suggestions for a search without a hit: similar spelling, the same domain, or an alias. */
public final class NearMatches {
    private static final int SHOWN = 5;
    // What is spelled alike ranks by how many letters differ, three at most.
    private static final int BEGINS_ALIKE = 4;
    private static final int IN_DOMAIN = 5;
    private static final int SHARES_WORD = 6;
    private static final int FAR = 7;

    private final String wanted;
    private final String domain;
    private final List<String> words = new ArrayList<>();
    private final List<Match> matches = new ArrayList<>();

    /** A suggestion and its distance. */
    private record Match(int rank, @Nullable String capability, @Nullable String service, String why) {
        Document document() {
            return Mapping.builder().put("capability", TextSanitizer.line(capability, 100))
                    .put("service", TextSanitizer.line(service, 128)).put("why", why).build();
        }

        String shown() {
            return capability == null ? "the service " + service + " (" + why + ")" : capability;
        }

        String name() {
            return String.valueOf(capability == null ? service : capability);
        }
    }

    private NearMatches(String wanted) {
        this.wanted = wanted.toLowerCase(Locale.ROOT).replace(".*", "");
        this.domain = FindTool.firstPart(this.wanted);
        words.add(this.wanted);
        for (String word : this.wanted.split("[^\\p{L}\\p{N}]+", -1)) {
            if (word.length() > 2 && !words.contains(word)) {
                words.add(word);
            }
        }
    }

    static List<Document> to(String wanted, RegistryCalls registry) {
        return nearest(wanted, registry).limit(SHOWN).map(Match::document).toList();
    }

    /** What a person may have meant, in words; a word in common is not enough. Empty where no registry answers. */
    public static List<String> meant(String wanted, RegistryApi registry) {
        try {
            return nearest(wanted, new RegistryCalls(registry)).filter(match -> match.rank < SHARES_WORD).limit(SHOWN)
                    .sorted(Comparator.comparing(match -> match.capability == null)).map(Match::shown).toList();
        } catch (ToolFailure | RegistryCalls.Refusal _) {
            return List.of();
        }
    }

    private static Stream<Match> nearest(String wanted, RegistryCalls registry) {
        NearMatches near = new NearMatches(wanted);
        registry.getEach("/capabilities", "capabilities", near::capability);
        registry.getEach("/services", near::service);
        return near.matches.stream().sorted(Comparator.comparingInt(Match::rank).thenComparing(Match::name));
    }

    private void capability(Document item) {
        String capability = item instanceof Scalar scalar ? scalar.text() : "";
        String lower = capability.toLowerCase(Locale.ROOT);
        int distance = EditDistance.of(wanted, lower);
        if (EditDistance.isNear(wanted, distance)) {
            matches.add(new Match(distance, capability, null, "spelled alike"));
        } else if (lower.startsWith(domain + ".")) {
            matches.add(new Match(IN_DOMAIN, capability, null, "in the same domain"));
        } else {
            String shared = shared(lower);
            if (shared != null) {
                matches.add(new Match(SHARES_WORD, capability, null, "has '" + shared + "' in it"));
            }
        }
    }

    private void service(Mapping entry) {
        String name = entry.text("name");
        if (name == null) {
            return;
        }
        int rank = alike(name);
        String why = "called alike";
        List<String> aliases = new ArrayList<>(entry.texts("aliases"));
        aliases.addAll(entry.mapping("capabilities").texts("aliases"));
        for (String alias : aliases) {
            if (alike(alias) < rank) {
                rank = alike(alias);
                why = "also called '" + TextSanitizer.line(alias, 60) + "'";
            }
        }
        if (rank < FAR) {
            matches.add(new Match(rank, null, name, why));
        }
    }

    /** The distance of a name from the search, or from a word of it. */
    private int alike(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        int nearest = FAR;
        for (String word : words) {
            int distance = EditDistance.of(word, lower);
            if (EditDistance.isNear(word, distance)) {
                nearest = Math.min(nearest, distance);
            } else if (beginAlike(word, lower)) {
                nearest = Math.min(nearest, BEGINS_ALIKE);
            }
        }
        return nearest;
    }

    /** Whether one of two words, not too short, is how the other begins: post, postal. */
    private static boolean beginAlike(String one, String other) {
        return Math.min(one.length(), other.length()) > 3 && (one.startsWith(other) || other.startsWith(one));
    }

    /** A word that a capability shares with what is wanted, allowing for a slip of the pen in a long one. */
    private @Nullable String shared(String capability) {
        for (String part : capability.split("[^\\p{L}\\p{N}]+", -1)) {
            for (String word : words) {
                if (part.equals(word) || beginAlike(part, word)
                        || (part.length() > 3 && EditDistance.of(part, word) <= 1)) {
                    return TextSanitizer.line(part, 60);
                }
            }
        }
        return null;
    }
}
