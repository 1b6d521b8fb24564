package dev.asmp.document;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A list of nodes. */
public record Sequence(List<Document> items) implements Document {
    public Sequence {
        items = List.copyOf(items);
    }

    /** A list of texts. */
    public static Sequence ofTexts(Collection<String> texts) {
        List<Document> items = new ArrayList<>(texts.size());
        texts.forEach(text -> items.add(Scalar.text(text)));
        return new Sequence(items);
    }
}
