package dev.asmp.ranking;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a manifest that tell what its service is for, prepared for matching: one after another, each after the mark of its
 * field, by weight. Ten thousand of these are kept, so they are two strings. Each text is cut before it is normalized, which can
 * make it 18 times as long, and what a service has beyond the limit is left out, the least weighty fields first.
 *
 * @param text the texts for the service
 * @param against the texts against it; null without any
 */
public record Evidence(String text, @Nullable String against) {
    /** Characters of one text, before and after it is normalized: a page of prose. */
    static final int LONGEST_TEXT = 4_000;
    /** Characters of all texts for a service, and of all against it: eight hundred capabilities. */
    static final int LONGEST = 16_000;

    private static final int HANDOFF = 200;

    /** Collects the evidence of a manifest and its mods. */
    public static Evidence of(Manifest manifest, List<Mod> mods) {
        Mapping top = manifest.document();
        Mapping capabilities = top.mapping("capabilities");
        Writer writer = new Writer();
        writer.add(EvidenceField.NAME, manifest.name());
        writer.addAll(EvidenceField.OWNS, capabilities.texts("owns"));
        writer.addAll(EvidenceField.OWNS, top.texts("owns"));
        writer.addAll(EvidenceField.ALIAS, manifest.aliases());
        mods.forEach(mod -> writer.add(EvidenceField.ALIAS, mod.name()));
        writer.addAll(EvidenceField.PROVIDES, manifest.provides());
        mods.forEach(mod -> writer.addAll(EvidenceField.PROVIDES, mod.provides()));
        writer.addAll(EvidenceField.SUPPORTS, capabilities.texts("supports"));
        writer.addAll(EvidenceField.SUPPORTS, top.texts("supports"));
        writer.addExamples(EvidenceField.EXAMPLE, capabilities, top, "positive_examples");
        writer.add(EvidenceField.DESCRIPTION, manifest.description());
        mods.forEach(mod -> writer.add(EvidenceField.DESCRIPTION, mod.description()));
        return new Evidence(writer.text(), against(capabilities, top));
    }

    private static @Nullable String against(Mapping capabilities, Mapping top) {
        Writer writer = new Writer();
        writer.addAll(EvidenceField.ANTI_ROUTE, capabilities.texts("anti_routes"));
        writer.addAll(EvidenceField.ANTI_ROUTE, top.texts("anti_routes"));
        writer.addExamples(EvidenceField.NEGATIVE, capabilities, top, "negative_examples");
        String text = writer.text();
        return text.isEmpty() ? null : text;
    }

    /** Gathers texts in the form in which they are compared. */
    private static final class Writer {
        private final StringBuilder out = new StringBuilder();

        String text() {
            return out.toString();
        }

        void addAll(EvidenceField field, List<String> texts) {
            for (String text : texts) {
                if (out.length() >= LONGEST) {
                    return;
                }
                add(field, text);
            }
        }

        void add(EvidenceField field, String whole) {
            String text = cut(whole, Math.min(LONGEST_TEXT, LONGEST - out.length()));
            String compatible = cut(NormalizedText.compatible(text), LONGEST_TEXT);
            put(field, NormalizedText.lower(compatible));
            put(field, WordSplitter.splitOnly(compatible));
            if (!compatible.equals(text)) {
                put(EvidenceField.AS_WRITTEN, NormalizedText.lower(text));
            }
        }

        private void put(EvidenceField field, String text) {
            String kept = cut(text, LONGEST - out.length() - 1);
            if (!kept.isBlank()) {
                out.append(field.mark()).append(kept);
            }
        }

        /** The first characters of a text; a surrogate pair is not split. */
        private static String cut(String text, int length) {
            if (text.length() <= length) {
                return text;
            }
            int end = Math.max(0, length);
            return text.substring(0, end > 0 && Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
        }

        /** Adds examples: a text, or a query with the service that should have it instead. */
        void addExamples(EvidenceField field, Mapping capabilities, Mapping top, String key) {
            for (Mapping place : List.of(capabilities, top)) {
                addAll(field, place.texts(key));
                place.list(key).forEach(item -> addExample(field, item));
            }
        }

        private void addExample(EvidenceField field, Document item) {
            if (out.length() < LONGEST && item instanceof Mapping example
                    && example.get("query") instanceof Scalar query && !query.isNull()) {
                add(field, query.text());
                String handoff = example.text("handoff");
                put(EvidenceField.HANDOFF, handoff == null ? "" : NormalizedText.of(cut(handoff, HANDOFF)));
            }
        }
    }

    /** Tells whether the text for the service contains the question literally. */
    public boolean contains(Question question) {
        return question.isIn(text);
    }
}
