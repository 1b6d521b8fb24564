package dev.asmp.mcp;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text that others wrote, on its way to a model: what no reader would see is taken out (escape sequences, control and format
 * characters, tags that hide words), and what is too long is cut, so that it stays inside its field.
 */
final class TextSanitizer {
    private static final Pattern ESCAPES = Pattern.compile("(?:\u001B\\[|\u009B)[0-?]*[ -/]*[@-~]?" // steers a terminal
            + "|\u001B[\\]PX^_][^\u0007\u001B]*(?:\u0007|\u001B\\\\)?" // names a window, and the like
            + "|\u001B[ -/]*[0-~]?");
    private static final int TAGS = 0xE0000;
    private static final int TAGS_END = 0xE0FFF;

    private TextSanitizer() {}

    /** The text without what cannot be seen; its lines stay. */
    static String text(String text) {
        if (text.codePoints().noneMatch(TextSanitizer::isUnseen)) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length());
        ESCAPES.matcher(text).replaceAll("").codePoints().filter(c -> !isUnseen(c)).forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isUnseen(int c) {
        if (c < 0x7F) {
            return c < ' ' && c != '\n' && c != '\t';
        }
        int type = Character.getType(c);
        boolean joiner = c == 0x200C || c == 0x200D; // scripts and emoji need them
        return type == Character.CONTROL || (type == Character.FORMAT && !joiner) || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR || (c >= TAGS && c <= TAGS_END);
    }

    /** The text on one line of a limited length; null stays null. */
    static @Nullable String line(@Nullable String text, int max) {
        return text == null ? null : cut(text(text).replaceAll("\\s+", " ").strip(), max);
    }

    static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        boolean splitsPair = Character.isHighSurrogate(text.charAt(max - 2));
        return text.substring(0, max - (splitsPair ? 2 : 1)) + "…";
    }

    /** The same document, each text clean and at most so long, each list at most so long and saying what was left out. */
    static Document document(Document document, int maxText, int maxItems) {
        return switch (document) {
            case Scalar scalar -> scalar.kind() == Scalar.Kind.TEXT
                    ? Scalar.text(cut(text(scalar.text()), maxText))
                    : scalar;
            case Sequence list -> list(list.items(), maxText, maxItems);
            case Mapping mapping -> {
                LinkedHashMap<String, Document> fields = new LinkedHashMap<>();
                mapping.fields()
                        .forEach((key, value) -> fields.put(cut(text(key), maxText),
                                document(value, maxText, maxItems)));
                yield new Mapping(fields);
            }
        };
    }

    private static Sequence list(List<Document> items, int maxText, int maxItems) {
        List<Document> clean = new ArrayList<>();
        items.stream().limit(maxItems).forEach(item -> clean.add(document(item, maxText, maxItems)));
        if (items.size() > maxItems) {
            clean.add(Scalar.text("… and " + (items.size() - maxItems) + " more"));
        }
        return new Sequence(clean);
    }

    /** Texts as a list, each on one line. */
    static Sequence lines(List<String> texts, int maxText, int maxItems) {
        return list(texts.stream().map(text -> (Document) Scalar.text(String.valueOf(line(text, maxText)))).toList(),
                maxText, maxItems);
    }
}
