package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Layout of a JSON text: its indentation, and whether a list of scalars stands on one line. */
record JsonLayout(String indent, boolean scalarsOnOneLine) {
    private static final JsonLayout DEFAULT = new JsonLayout("  ", false);

    /**
     * Adds {@code {key: {name: value}}} to a JSON text. A text is changed only if it can be written again character by
     * character, so comments or another layout are never lost: the result is null then.
     */
    static @Nullable String put(String text, String key, String name, Document value) {
        String old = text.isBlank() ? "{}" : text.stripTrailing();
        Mapping root = mapping(old);
        JsonLayout layout = root == null ? null : of(old, root);
        if (root == null || layout == null || (root.get(key) != null && !(root.get(key) instanceof Mapping))) {
            return null;
        }
        String end = text.isBlank() ? "\n" : text.substring(old.length());
        return layout.write(root.with(key, root.mapping(key).with(name, value))) + end;
    }

    /** Takes {@code key.name} out of a JSON text, by the same rules; null where the text cannot be written again. */
    static @Nullable String remove(String text, String key, String name) {
        String old = text.stripTrailing();
        Mapping root = mapping(old);
        JsonLayout layout = root == null ? null : of(old, root);
        return root == null || layout == null
                ? null
                : layout.write(root.with(key, root.mapping(key).without(List.of(name)))) + text.substring(old.length());
    }

    /** Reads a JSON object; null where the text is something else. */
    static @Nullable Mapping mapping(String text) {
        try {
            return Json.read(text.getBytes(StandardCharsets.UTF_8)) instanceof Mapping mapping ? mapping : null;
        } catch (MalformedDocumentException _) {
            return null;
        }
    }

    /** Finds the layout in which a text was written; null where it is none of ours. */
    private static @Nullable JsonLayout of(String text, Mapping root) {
        String indent = text.lines().skip(1).findFirst()
                .map(line -> line.substring(0, line.length() - line.stripLeading().length()))
                .filter(blanks -> !blanks.isEmpty()).orElse(DEFAULT.indent);
        for (boolean scalarsOnOneLine : new boolean[]{false, true}) {
            JsonLayout layout = new JsonLayout(indent, scalarsOnOneLine);
            if (layout.write(root).equals(text)) {
                return layout;
            }
        }
        return null;
    }

    /** Writes a document with two blanks for each level. */
    static String pretty(Document document) {
        return DEFAULT.write(document);
    }

    private String write(Document document) {
        StringBuilder out = new StringBuilder();
        write(document, "\n", out);
        return out.toString();
    }

    private void write(Document document, String line, StringBuilder out) {
        List<String> items = new ArrayList<>();
        switch (document) {
            case Mapping mapping -> mapping.fields()
                    .forEach((key, value) -> items.add(json(Scalar.text(key)) + ": " + member(value, line)));
            case Sequence sequence -> sequence.items().forEach(item -> items.add(member(item, line)));
            case Scalar scalar -> {
                out.append(json(scalar));
                return;
            }
        }
        char open = document instanceof Mapping ? '{' : '[';
        char close = document instanceof Mapping ? '}' : ']';
        boolean oneLine = items.isEmpty() || (scalarsOnOneLine && document instanceof Sequence sequence
                && sequence.items().stream().allMatch(Scalar.class::isInstance));
        out.append(open).append(oneLine ? "" : line + indent)
                .append(String.join(oneLine ? ", " : "," + line + indent, items)).append(oneLine ? "" : line)
                .append(close);
    }

    private String member(Document value, String line) {
        StringBuilder out = new StringBuilder();
        write(value, line + indent, out);
        return out.toString();
    }

    static String json(Document value) {
        return new String(Json.write(value), StandardCharsets.UTF_8);
    }
}
