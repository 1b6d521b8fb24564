package dev.asmp.document;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A document together with where each of its nodes stands in the text it was read from. */
public final class Located {
    /** One step of a path such as {@code endpoints[0].port}. */
    private static final Pattern STEP = Pattern.compile("\\[([0-9]{1,6})\\]|([^.\\[\\]]+)");

    private final Document document;
    private final Node root;

    Located(Document document, Node root) {
        this.document = document;
        this.root = root;
    }

    /** A line and a column of a text, both counted from 1. */
    public record Place(int line, int column) {}

    /** The positions of a node, of its key or its place in a list, and of what is below it. */
    record Node(Place key, Place value, Map<String, Node> fields, List<Node> items) {
        static Node leaf(Place key, Place value) {
            return new Node(key, value, Map.of(), List.of());
        }

        private @Nullable Node below(Matcher step) {
            String index = step.group(1);
            if (index == null) {
                return fields.get(step.group(2));
            }
            int i = Integer.parseInt(index);
            return i < items.size() ? items.get(i) : null;
        }
    }

    public Document document() {
        return document;
    }

    /** Returns the position of a field's value; of a missing field, that of its nearest parent's key. */
    public Place place(String path) {
        Node node = root;
        Matcher step = STEP.matcher(path);
        while (step.find()) {
            Node below = node.below(step);
            if (below == null) {
                return node.key;
            }
            node = below;
        }
        return node.value;
    }
}
