package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;

/** A document as indented lines for a person to read. */
final class DocumentOutline {
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
            out.append(prefix).append(Terminal.clean(field.getKey())).append(':');
            value(field.getValue(), indent + 2);
            first = false;
        }
    }

    private void value(Document value, int indent) {
        switch (value) {
            case Scalar scalar -> out.append(' ').append(scalar.isNull() ? "-" : Terminal.clean(scalar.text()))
                    .append('\n');
            case Mapping mapping -> {
                out.append('\n');
                fields(mapping, indent, "");
            }
            case Sequence list -> {
                out.append(list.items().isEmpty() ? " -\n" : "\n");
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
}
