package dev.asmp.ranking;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a manifest says of what its service is for, prepared once: its texts one after another, each behind the mark of its
 * field, the weightiest first. Ten thousand of these are kept, so they are two texts and no more.
 *
 * @param text what speaks for the service
 * @param against what speaks against it; null where nothing does
 */
public record Evidence(String text, @Nullable String against) {

    /** What a manifest says, and its mods. */
    public static Evidence of(Manifest manifest, List<Mod> mods) {
        Mapping top = manifest.document();
        Mapping capabilities = top.mapping("capabilities");
        Writer writer = new Writer();
        writer.add(Field.NAME, manifest.name());
        writer.addAll(Field.OWNS, capabilities.texts("owns"));
        writer.addAll(Field.OWNS, top.texts("owns"));
        writer.addAll(Field.ALIAS, manifest.aliases());
        mods.forEach(mod -> writer.add(Field.ALIAS, mod.name()));
        writer.addAll(Field.PROVIDES, manifest.provides());
        mods.forEach(mod -> writer.addAll(Field.PROVIDES, mod.provides()));
        writer.addAll(Field.SUPPORTS, capabilities.texts("supports"));
        writer.addAll(Field.SUPPORTS, top.texts("supports"));
        writer.addExamples(Field.EXAMPLE, capabilities, top, "positive_examples");
        writer.add(Field.DESCRIPTION, manifest.description());
        mods.forEach(mod -> writer.add(Field.DESCRIPTION, mod.description()));
        return new Evidence(writer.text(), against(capabilities, top));
    }

    private static @Nullable String against(Mapping capabilities, Mapping top) {
        Writer writer = new Writer();
        writer.addAll(Field.ANTI_ROUTE, capabilities.texts("anti_routes"));
        writer.addAll(Field.ANTI_ROUTE, top.texts("anti_routes"));
        writer.addExamples(Field.NEGATIVE, capabilities, top, "negative_examples");
        String text = writer.text();
        return text.isEmpty() ? null : text;
    }

    /** Gathers texts in the form in which they are compared. */
    private static final class Writer {
        private final StringBuilder out = new StringBuilder();

        String text() {
            return out.toString();
        }

        void addAll(Field field, List<String> texts) {
            texts.forEach(text -> add(field, text));
        }

        void add(Field field, String text) {
            String compatible = Plain.compatible(text);
            put(field, Plain.lower(compatible));
            put(field, Words.splitOnly(compatible));
            if (!compatible.equals(text)) {
                put(Field.AS_WRITTEN, Plain.lower(text));
            }
        }

        private void put(Field field, String text) {
            if (!text.isBlank()) {
                out.append(field.mark()).append(text);
            }
        }

        /** Adds examples: a text, or a query with the service that should have it instead. */
        void addExamples(Field field, Mapping capabilities, Mapping top, String key) {
            for (Mapping place : List.of(capabilities, top)) {
                place.texts(key).forEach(text -> add(field, text));
                place.list(key).forEach(item -> addExample(field, item));
            }
        }

        private void addExample(Field field, Document item) {
            if (item instanceof Mapping example && example.get("query") instanceof Scalar query && !query.isNull()) {
                add(field, query.text());
                String handoff = example.text("handoff");
                put(Field.HANDOFF, handoff == null ? "" : Plain.of(handoff));
            }
        }
    }

    /** Whether a question, whole and as it was asked, stands somewhere in what speaks for the service. */
    public boolean contains(Question question) {
        return question.isIn(text);
    }
}
