package dev.asmp.mcp;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What comes near to what was looked for and not found: spelled alike, in the same domain, or so called by an alias. */
final class Near {
    private static final int SHOWN = 5;

    private final String wanted;
    private final String domain;
    private final List<String> words = new ArrayList<>();
    private final List<Match> matches = new ArrayList<>();

    /** One that comes near, and how near: the less the nearer. */
    private record Match(int rank, @Nullable String capability, @Nullable String service, String why) {
        Document document() {
            return Mapping.builder().put("capability", Clean.line(capability, 100))
                    .put("service", Clean.line(service, 128)).put("why", why).build();
        }

        String name() {
            return String.valueOf(capability == null ? service : capability);
        }
    }

    private Near(String wanted) {
        this.wanted = wanted.toLowerCase(Locale.ROOT).replace(".*", "");
        this.domain = FindTool.firstPart(this.wanted);
        for (String word : this.wanted.split("[^\\p{L}\\p{N}]+", -1)) {
            if (word.length() > 2) {
                words.add(word);
            }
        }
    }

    static List<Document> to(String wanted, Ask registry) {
        Near near = new Near(wanted);
        registry.getEach("/capabilities", "capabilities", near::capability);
        registry.getEach("/services", near::service);
        return near.matches.stream().sorted(Comparator.comparingInt(Match::rank).thenComparing(Match::name))
                .limit(SHOWN)
                .map(Match::document).toList();
    }

    private void capability(Document item) {
        String capability = item instanceof Scalar scalar ? scalar.text() : "";
        String lower = capability.toLowerCase(Locale.ROOT);
        if (Spelling.areNear(wanted, lower)) {
            matches.add(new Match(0, capability, null, "spelled alike"));
        } else if (lower.startsWith(domain + ".")) {
            matches.add(new Match(2, capability, null, "in the same domain"));
        } else {
            String shared = shared(lower);
            if (shared != null) {
                matches.add(new Match(3, capability, null, "has '" + shared + "' in it"));
            }
        }
    }

    private void service(Mapping entry) {
        String name = entry.text("name");
        if (name == null) {
            return;
        }
        if (isAlike(name)) {
            matches.add(new Match(1, null, name, "called alike"));
            return;
        }
        List<String> aliases = new ArrayList<>(entry.texts("aliases"));
        aliases.addAll(entry.mapping("capabilities").texts("aliases"));
        for (String alias : aliases) {
            if (isAlike(alias)) {
                matches.add(new Match(1, null, name, "also called '" + Clean.line(alias, 60) + "'"));
                return;
            }
        }
    }

    private boolean isAlike(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return Spelling.areNear(wanted, lower) || Spelling.areNear(domain, lower)
                || words.stream().anyMatch(word -> Spelling.areNear(word, lower) || beginAlike(word, lower));
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
                        || (part.length() > 3 && Spelling.distance(part, word) <= 1)) {
                    return Clean.line(part, 60);
                }
            }
        }
        return null;
    }
}
