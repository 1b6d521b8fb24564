package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A document as YAML for a person to read: what {@code asmp get} prints can be edited and validated. A YAML library would take
 * longer to load than the whole command; and no text in it can steer a terminal.
 */
final class DocumentOutline {
    /** Words and numbers that a YAML reader takes for something else than text. */
    private static final Set<String> WORDS = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n", "~");
    private static final Pattern NUMBER = Pattern.compile("(?i)[-+]?[.0-9][0-9_]*(?:\\.[0-9_]*)?(?:e[-+]?[0-9]+)?"
            + "|0[xob][0-9a-f_]+|[0-9]+(?::[0-9]+)+|[-+]?\\.(?:inf|nan)");
    private static final int LONGEST_NUMBER = 200;
    private static final String FIRST = "/~_.(";
    private static final String INSIDE = " /~_.()-:@+%,=&?!;'\"<>$*#|^`[]{}…–—’“”„«»°§€";

    private final StringBuilder out = new StringBuilder();

    private DocumentOutline() {}

    static String of(Mapping mapping) {
        DocumentOutline outline = new DocumentOutline();
        outline.fields(mapping, 0, "");
        return outline.out.toString();
    }

    private void fields(Mapping mapping, int indent, String firstPrefix) {
        boolean first = true;
        for (var field : mapping.fields().entrySet()) {
            String prefix = first && !firstPrefix.isEmpty() ? firstPrefix : " ".repeat(indent);
            out.append(prefix).append(text(field.getKey())).append(':');
            value(field.getValue(), indent + 2);
            first = false;
        }
    }

    private void value(Document value, int indent) {
        switch (value) {
            case Scalar scalar -> out.append(' ')
                    .append(scalar.kind() == Scalar.Kind.TEXT ? text(scalar.text()) : scalar.text()).append('\n');
            case Mapping mapping -> {
                out.append(mapping.isEmpty() ? " {}\n" : "\n");
                fields(mapping, indent, "");
            }
            case Sequence list -> {
                out.append(list.items().isEmpty() ? " []\n" : "\n");
                for (Document item : list.items()) {
                    item(item, indent);
                }
            }
        }
    }

    private void item(Document item, int indent) {
        if (item instanceof Mapping mapping && !mapping.isEmpty()) {
            fields(mapping, indent + 2, " ".repeat(indent) + "- ");
        } else {
            out.append(" ".repeat(indent)).append('-');
            value(item, indent + 2);
        }
    }

    /** A text: as it is where YAML reads it back as the same text, else in double quotes with escapes. */
    private static String text(String text) {
        return isPlain(text) ? text : quoted(text);
    }

    private static boolean isPlain(String text) {
        if (text.isEmpty() || WORDS.contains(text.toLowerCase(Locale.ROOT)) || isNumber(text)
                || text.contains(": ") || text.contains(" #") || text.endsWith(":") || text.endsWith(" ")) {
            return false;
        }
        boolean startsPlain = isWord(text.codePointAt(0)) || FIRST.indexOf(text.charAt(0)) >= 0;
        return startsPlain && text.codePoints().allMatch(c -> isWord(c) || INSIDE.indexOf(c) >= 0);
    }

    /** A long text that begins like a number counts as one: matching takes stack in proportion to the length. */
    private static boolean isNumber(String text) {
        return text.length() > LONGEST_NUMBER
                ? "+-.0123456789".indexOf(text.charAt(0)) >= 0
                : NUMBER.matcher(text).matches();
    }

    private static boolean isWord(int c) {
        return Character.isLetterOrDigit(c) || Character.getType(c) == Character.OTHER_SYMBOL;
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (isShown(c)) {
                        quoted.appendCodePoint(c);
                    } else {
                        quoted.append(c > 0xffff ? "\\U%08X".formatted(c) : "\\u%04X".formatted(c));
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }

    private static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE ->
                false;
            default -> true;
        };
    }
}
