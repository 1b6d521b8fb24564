package dev.asmp.document;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;

/** Makes documents that no person would write, the same ones for the same seed. */
final class RandomDocuments {
    private static final List<String> PIECES = List.of("a", "name", "Zürich", " ", "  ", "\n", "\n\n", "\t", "#", " #",
            ": ", ":", "- ", "-", "? ", "'", "\"", "''", "\\", "\\n", "%", "@", "`", "|", ">", "&a", "*a", "!t", "{",
            "}",
            "[", "]", ",", ", ", "---", "...", "---\n", "...\n", "=", "<<", "~", "null", "true", "no", "1", "1.10",
            "-0",
            "1e3", "0x1F", "\u0000", "\u0007", "\u001b", "\u007f", "\u0085", "\u00a0", "\u2028", "\u2029", "\ufeff",
            "\ufffd", "\r", "\r\n", "😀", "👩‍🚀", "漢字", "é", "\ue000");
    private static final List<String> WORDS = List.of("", " ", "\n", "1", "01", "1.10", "1e3", "true", "True", "FALSE",
            "null", "Null", "~", "yes", "on", "0o17", "2026-11-20", "-", "?", ":", "#", "---", "...", "<<", "=", "!",
            "&",
            "*", "|", ">", "%YAML 1.2", "- a", "a: b", "a #b", "[]", "{}", "\"", "'", "\ufeff", " lead", "trail ",
            "trail\n", "\nlead", " \n ", "a\n b\n  c\n", "a\n\n\n", "\ttab");
    private static final List<String> NUMBERS = List.of("0", "-0", "1", "1.10", "1e3", "1E+3", "-12.50", "1e-400",
            "123456789012345678901234567890", "0.1000000000000000055511151231257827");

    private final Random random;

    RandomDocuments(long seed) {
        this.random = new Random(seed);
    }

    Document next() {
        return node(random.nextInt(6));
    }

    /** A document that is at least so deep, with something beside the path down on every level. */
    Document deep(int levels) {
        Document node = node(1);
        for (int i = 0; i < levels; i++) {
            node = random.nextBoolean()
                    ? Mapping.builder().put(text(), scalar()).put("down", node).put(text(), node(1)).build()
                    : new Sequence(List.of(scalar(), node, node(1)));
        }
        return node;
    }

    private Document node(int depth) {
        int choice = depth == 0 ? 0 : random.nextInt(5);
        return switch (choice) {
            case 1, 2 -> mapping(depth);
            case 3 -> sequence(depth);
            default -> scalar();
        };
    }

    private Mapping mapping(int depth) {
        LinkedHashMap<String, Document> fields = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            fields.put(text(), node(depth - 1));
        }
        return new Mapping(fields);
    }

    private Sequence sequence(int depth) {
        List<Document> items = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            items.add(node(depth - 1));
        }
        return new Sequence(items);
    }

    private Scalar scalar() {
        return switch (random.nextInt(8)) {
            case 0 -> Scalar.NULL;
            case 1 -> Scalar.bool(random.nextBoolean());
            case 2 -> new Scalar(Scalar.Kind.NUMBER, NUMBERS.get(random.nextInt(NUMBERS.size())));
            default -> Scalar.text(text());
        };
    }

    private String text() {
        if (random.nextInt(3) == 0) {
            return WORDS.get(random.nextInt(WORDS.size()));
        }
        int pieces = random.nextInt(40) == 0 ? 200 + random.nextInt(1200) : random.nextInt(9);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }
}
