package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be attached to a service and adds capabilities to it. What it needs of that service is checked against
 * the service, not here.
 */
public record Mod(Mapping document, String name, List<String> provides, List<String> requires,
        List<String> attachesTo) {
    /** The keys that the registry sets in a mod. */
    private static final Set<String> OWN = Set.of("state", "reason");

    /** Checks a document and takes it as a mod; throws with all problems at once. */
    public static Mod of(Document document) {
        if (!(document instanceof Mapping mapping)) {
            throw new InvalidDocumentException("",
                    "a mod is a mapping with a name and capabilities, but this is " + document.kindName());
        }
        List<Problem> problems = new ArrayList<>();
        String name = mapping.text("name");
        String problem = name == null ? "is required" : ServiceName.problemWith(name);
        if (problem != null) {
            problems.add(new Problem("name", problem));
        }
        Mapping capabilities = mapping.mapping("capabilities");
        List<String> provides = texts(capabilities.get("provides"), "capabilities.provides", problems);
        if (provides.isEmpty() && problems.stream().noneMatch(other -> other.field().startsWith("capabilities"))) {
            problems.add(new Problem("capabilities.provides",
                    "must name at least one capability that the mod adds, such as email.filter"));
        }
        List<String> requires = texts(capabilities.get("requires"), "capabilities.requires", problems);
        List<String> attachesTo = texts(mapping.get("attaches_to"), "attaches_to", problems);
        if (!problems.isEmpty()) {
            throw new InvalidDocumentException(problems);
        }
        return new Mod(mapping.without(OWN), String.valueOf(name), provides, requires, attachesTo);
    }

    private static List<String> texts(@Nullable Document value, String field, List<Problem> problems) {
        List<String> texts = new ArrayList<>();
        if (value instanceof Sequence list) {
            for (Document item : list.items()) {
                if (item instanceof Scalar scalar && scalar.kind() == Scalar.Kind.TEXT && !scalar.text().isBlank()) {
                    texts.add(scalar.text());
                } else {
                    problems.add(new Problem(field, "must hold capabilities as text, but holds " + item.kindName()));
                }
            }
        } else if (value != null && !FieldReader.isAbsent(value)) {
            problems.add(new Problem(field, "must be a list of capabilities, but is " + value.kindName()));
        }
        return texts.stream().distinct().toList();
    }

    /** Explains why the mod does not fit this service; null where it does. */
    public @Nullable String unfitFor(Manifest parent) {
        Set<String> offered = Set.copyOf(parent.provides());
        for (String needed : requires) {
            if (!offered.contains(needed)) {
                return "requires '" + needed + "', which " + parent.name() + " does not provide";
            }
        }
        for (String place : attachesTo) {
            if (!offered.contains(place)) {
                return "attaches to '" + place + "', which " + parent.name() + " does not provide";
            }
        }
        for (String added : provides) {
            if (offered.contains(added)) {
                return "provides '" + added + "', which " + parent.name() + " provides already";
            }
        }
        return null;
    }

    public String description() {
        String text = document.text("description");
        return text == null ? "" : text;
    }
}
