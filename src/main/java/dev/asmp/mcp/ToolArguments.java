package dev.asmp.mcp;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.EditDistance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of a call, checked against the tool's schema. */
record ToolArguments(Mapping given) {
    /** The unknown arguments that an answer names. */
    private static final int UNKNOWN = 10;
    /** Spellings that programs elsewhere use for arguments of tools here. */
    private static final Map<String, String> OTHER_SPELLINGS = Map.of("healthy_only", "healthy",
            "capabilities_provides",
            "provides");

    /** Compares the arguments with the schema; all that is wrong is said at once, and what would be right. */
    static ToolArguments checked(String tool, Mapping written, Mapping schema) {
        Mapping properties = schema.mapping("properties");
        Mapping given = spelled(written, properties);
        List<String> problems = new ArrayList<>();
        given.fields().keySet().stream().filter(name -> properties.get(name) == null).limit(UNKNOWN)
                .forEach(name -> problems.add(unknown(name, properties)));
        for (String name : schema.texts("required")) {
            if (isMissing(given.get(name))) {
                String description = properties.mapping(name).text("description");
                problems.add(name + " is missing" + (description == null ? "." : ": " + description));
            }
        }
        properties.fields().forEach((name, property) -> {
            Document value = given.get(name);
            if (value != null && !isNull(value) && property instanceof Mapping expected) {
                problem(name, value, expected, problems);
            }
        });
        if (!problems.isEmpty()) {
            throw new ToolFailure(tool + " was not run. " + String.join(" ", problems));
        }
        return new ToolArguments(given);
    }

    /** The arguments under the names of the schema. */
    private static Mapping spelled(Mapping written, Mapping properties) {
        Mapping.Builder given = Mapping.builder();
        written.fields().forEach((name, value) -> {
            String other = OTHER_SPELLINGS.getOrDefault(name, name);
            given.put(properties.get(other) != null && written.get(other) == null ? other : name, value);
        });
        return given.build();
    }

    private static String unknown(String name, Mapping properties) {
        List<String> known = List.copyOf(properties.fields().keySet());
        String nearest = EditDistance.nearest(name, known);
        return "There is no argument '" + TextSanitizer.line(name, 60) + "'"
                + (nearest == null ? "" : " (did you mean '" + nearest + "'?)") + "; "
                + (known.isEmpty() ? "it takes none." : "it takes: " + String.join(", ", known) + ".");
    }

    private static boolean isNull(@Nullable Document value) {
        return value == null || (value instanceof Scalar scalar && scalar.isNull());
    }

    private static boolean isMissing(@Nullable Document value) {
        return isNull(value) || (value instanceof Scalar scalar && scalar.text().isBlank());
    }

    private static void problem(String name, Document value, Mapping expected, List<String> problems) {
        String type = String.valueOf(expected.text("type"));
        boolean fits = switch (type) {
            case "string" -> isText(value);
            case "integer" -> isWhole(value);
            case "number" -> value instanceof Scalar scalar && scalar.kind() == Scalar.Kind.NUMBER;
            case "boolean" -> value instanceof Scalar scalar && scalar.kind() == Scalar.Kind.BOOLEAN;
            case "array" -> value instanceof Sequence;
            default -> value instanceof Mapping;
        };
        if (!fits) {
            problems.add(name + " must be " + spoken(type) + ", but is " + shown(value) + ".");
        } else if (value instanceof Sequence list) {
            items(name, list, expected.mapping("items"), problems);
        } else if (value instanceof Scalar scalar) {
            range(name, scalar, expected, problems);
        }
    }

    private static void items(String name, Sequence list, Mapping expected, List<String> problems) {
        String type = String.valueOf(expected.text("type"));
        for (Document item : list.items()) {
            if (item instanceof Scalar scalar && scalar.text().length() > Schema.MAX_TEXT) {
                problems.add(name + " holds a text of " + scalar.text().length() + " characters; at most "
                        + Schema.MAX_TEXT + " are allowed.");
                return;
            }
            if (type.equals("string") ? !isText(item) : !(item instanceof Mapping)) {
                problems.add(name + " must hold " + (type.equals("string") ? "texts" : "objects") + " only, but has "
                        + shown(item) + ".");
                return;
            }
        }
    }

    private static void range(String name, Scalar value, Mapping expected, List<String> problems) {
        String longest = expected.text("maxLength");
        int most = longest == null ? Schema.MAX_TEXT : Integer.parseInt(longest);
        if (value.text().length() > most) {
            problems.add(name + " has " + value.text().length() + " characters; at most " + most + " are allowed.");
            return;
        }
        List<String> allowed = expected.texts("enum");
        if (!allowed.isEmpty() && !allowed.contains(value.text())) {
            problems.add(name + " must be one of " + String.join(", ", allowed) + ", but is " + shown(value) + ".");
        }
        String from = expected.text("minimum");
        String to = expected.text("maximum");
        if (from != null && to != null
                && (Long.parseLong(value.text()) < Long.parseLong(from)
                        || Long.parseLong(value.text()) > Long.parseLong(to))) {
            problems.add(name + " must be between " + from + " and " + to + ", but is " + value.text() + ".");
        }
    }

    private static boolean isText(Document value) {
        return value instanceof Scalar scalar && scalar.kind() == Scalar.Kind.TEXT;
    }

    private static boolean isWhole(Document value) {
        return value instanceof Scalar scalar && scalar.kind() == Scalar.Kind.NUMBER
                && scalar.text().matches("-?[0-9]{1,18}");
    }

    private static String spoken(String type) {
        return switch (type) {
            case "string" -> "text";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "boolean" -> "true or false";
            case "array" -> "a list";
            default -> "an object";
        };
    }

    private static String shown(Document value) {
        return value instanceof Scalar scalar && !scalar.isNull()
                ? value.kindName() + " (" + TextSanitizer.line(scalar.text(), 60) + ")"
                : value.kindName();
    }

    /** A text that is not blank, without blanks around it; null where there is none. */
    @Nullable
    String text(String name) {
        String text = given.text(name);
        return text == null || text.isBlank() ? null : text.strip();
    }

    /** A text that the schema requires. */
    String required(String name) {
        String text = text(name);
        if (text == null) {
            throw new IllegalStateException(name + " is not required by the schema");
        }
        return text;
    }

    int whole(String name, int otherwise) {
        String number = given.text(name);
        return number == null ? otherwise : Integer.parseInt(number);
    }

    boolean flag(String name) {
        return given.get(name) instanceof Scalar scalar && scalar.isTrue();
    }
}
