package dev.asmp.mcp;

import dev.asmp.client.RegistryApi;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.EditDistance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Suggestions for a search without a hit: similar spelling, the same domain, or an alias. They are for names and capabilities
 * only: a question in plain words was ranked by what its words mean, and similar letters mean nothing.
 */
public final class NearMatches {
    private static final int SHOWN = 5;
    /** The names that are read: those of a question's answers, and those with the same first letter. */
    private static final int NAMES = 100;
    /** A longer search is no misspelt name. */
    private static final int LONGEST = 128;
    /** The words of a search that are compared, and the comparisons after which no more are made: some 50 ms. */
    private static final int WORDS = 8;
    private static final int COMPARISONS = 400_000;
    private static final int ALIASES = 100;
    /** The length from which a word of a capability may be a misspelt one. */
    private static final int LONG = 5;
    // Similar spellings rank by their edit distance, three at most.
    private static final int BEGINS_ALIKE = 4;
    private static final int IN_DOMAIN = 5;
    private static final int SHARES_WORD = 6;
    private static final int FAR = 7;

    private final String wanted;
    private final String domain;
    private final List<String> words = new ArrayList<>();
    private final List<Match> matches = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private int comparisons;

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
        this.domain = Introduction.firstPart(this.wanted);
        words.add(this.wanted);
        for (String word : this.wanted.split("[^\\p{L}\\p{N}]+", -1)) {
            if (word.length() > 2 && words.size() < WORDS && !words.contains(word)) {
                words.add(word);
            }
        }
    }

    static List<Document> to(String wanted, RegistryCalls registry) {
        return nearest(wanted, registry).limit(SHOWN).map(Match::document).toList();
    }

    /** Suggestions for a person, without those that only share a word; empty where no registry answers. */
    public static List<String> meant(String wanted, RegistryApi registry) {
        try {
            return nearest(wanted, new RegistryCalls(registry)).filter(match -> match.rank < SHARES_WORD).limit(SHOWN)
                    .sorted(Comparator.comparing(match -> match.capability == null)).map(Match::shown).toList();
        } catch (ToolFailure | RegistryCalls.Refusal _) {
            return List.of();
        }
    }

    private static Stream<Match> nearest(String wanted, RegistryCalls registry) {
        if (wanted.length() > LONGEST || wanted.indexOf(' ') >= 0) {
            return Stream.of();
        }
        NearMatches near = new NearMatches(wanted);
        registry.getEach("/capabilities", "capabilities", near::capability);
        if (!near.wanted.isEmpty()) {
            String page = "/services?limit=" + NAMES;
            registry.getEach(page + "&q=" + UrlEncoding.encode(near.wanted), near::service);
            registry.getEach(page + "&after=" + UrlEncoding.encode(near.wanted.substring(0, 1)), near::service);
        }
        Map<String, Long> alike = near.matches.stream()
                .collect(Collectors.groupingBy(Match::why, Collectors.counting()));
        return near.matches.stream().filter(match -> isTelling(match, alike))
                .sorted(Comparator.comparingInt(Match::rank).thenComparing(Match::name));
    }

    /** Tells whether a match is significant: a word that many capabilities share, such as send, is not. */
    private static boolean isTelling(Match match, Map<String, Long> alike) {
        return match.rank != SHARES_WORD || alike.getOrDefault(match.why, 0L) <= SHOWN;
    }

    private void capability(Document item) {
        String capability = item instanceof Scalar scalar ? scalar.text() : "";
        if (capability.length() > LONGEST || comparisons > COMPARISONS) {
            return;
        }
        String lower = capability.toLowerCase(Locale.ROOT);
        int distance = distance(wanted, lower);
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
        if (name == null || comparisons > COMPARISONS || !seen.add(name)) {
            return;
        }
        int rank = alike(name);
        String why = "similar name";
        List<String> aliases = new ArrayList<>(entry.texts("aliases"));
        aliases.addAll(entry.mapping("capabilities").texts("aliases"));
        for (String alias : aliases.subList(0, Math.min(aliases.size(), ALIASES))) {
            int distance = alike(alias);
            if (distance < rank) {
                rank = distance;
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
            int distance = distance(word, lower);
            if (isNear(word, distance)) {
                nearest = Math.min(nearest, distance);
            } else if (beginAlike(word, lower)) {
                nearest = Math.min(nearest, BEGINS_ALIKE);
            }
        }
        return nearest;
    }

    private int distance(String one, String other) {
        comparisons++;
        return EditDistance.of(one, other);
    }

    /** Tells whether a distance may be a typo; a short part of a capability is one edit away from many words. */
    private boolean isNear(String word, int distance) {
        return distance == 0 || ((word.equals(wanted) || word.length() >= LONG) && EditDistance.isNear(word, distance));
    }

    /** Tells whether one of two words of four letters or more is a prefix of the other: post, postal. */
    private static boolean beginAlike(String one, String other) {
        return Math.min(one.length(), other.length()) > 3 && (one.startsWith(other) || other.startsWith(one));
    }

    /** Finds a word that a capability shares with the search; a long one may have a typo. */
    private @Nullable String shared(String capability) {
        for (String part : capability.split("[^\\p{L}\\p{N}]+", -1)) {
            for (String word : words) {
                if (beginAlike(part, word) || isNear(word, distance(word, part))) {
                    return TextSanitizer.line(part, 60);
                }
            }
        }
        return null;
    }
}
