package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of a service manifest: what makes it invalid. {@link ManifestWarnings} says what only makes it poor. */
final class ManifestCheck {
    /** Reading a number takes time in proportion to the square of its length. */
    private static final int LONGEST_NUMBER = 40;

    private final Mapping document;
    private final List<Problem> problems = new ArrayList<>();

    private ManifestCheck(Mapping document) {
        this.document = document;
    }

    static List<Problem> problems(Mapping document) {
        return new ManifestCheck(document).gather();
    }

    private List<Problem> gather() {
        checkVersion();
        checkKind();
        checkName();
        checkCapabilities();
        checkPorts();
        return List.copyOf(problems);
    }

    private void checkVersion() {
        String version = required("asmp");
        if (version != null && !version.equals(Manifest.VERSION)) {
            add("asmp", "version " + Printable.quoted(version) + " is not supported; this registry speaks \""
                    + Manifest.VERSION + "\"");
        }
    }

    private void checkKind() {
        if (document.get("kind") instanceof Scalar scalar && !scalar.isNull() && scalar.kind() != Scalar.Kind.TEXT) {
            add("kind", "must be text, such as service, but is " + scalar.kindName());
        } else {
            required("kind");
        }
    }

    private void checkName() {
        String name = required("name");
        String problem = name == null ? null : ServiceName.problemWith(name);
        if (problem != null) {
            add("name", problem);
        }
    }

    private void checkCapabilities() {
        switch (document.get("capabilities")) {
            case Mapping capabilities -> checkProvides(capabilities.get("provides"));
            case null ->
                add("capabilities.provides", "is required: a list of at least one capability, such as email.send");
            case Document other -> add("capabilities",
                    "must be a mapping with a list 'provides', but is " + other.kindName());
        }
    }

    private void checkProvides(@Nullable Document provides) {
        String field = "capabilities.provides";
        if (!(provides instanceof Sequence list)) {
            add(field, "must be a list of at least one capability, such as email.send, but is "
                    + (provides == null ? "missing" : provides.kindName()));
            return;
        }
        if (list.items().isEmpty()) {
            add(field, "must name at least one capability, such as email.send");
        }
        for (int i = 0; i < list.items().size(); i++) {
            Document item = list.items().get(i);
            if (!(item instanceof Scalar scalar) || scalar.kind() != Scalar.Kind.TEXT) {
                add(field + "[" + i + "]", "must be text, such as email.send, but is " + item.kindName());
            } else if (scalar.text().isBlank()) {
                add(field + "[" + i + "]", "must not be empty");
            }
        }
    }

    /** Refuses a number that is no port; text such as a variable is not judged. */
    private void checkPorts() {
        List<Document> endpoints = document.list("endpoints");
        for (int i = 0; i < endpoints.size(); i++) {
            if (endpoints.get(i) instanceof Mapping endpoint && endpoint.get("port") instanceof Scalar port
                    && isNoPort(port)) {
                add("endpoints[" + i + "].port",
                        "must be a number from 1 to 65535, but is " + Printable.quoted(port.text()));
            }
        }
    }

    private static boolean isNoPort(Scalar port) {
        if (port.kind() != Scalar.Kind.NUMBER && !port.text().matches("[0-9]+")) {
            return false;
        }
        if (port.text().length() > LONGEST_NUMBER) {
            return true;
        }
        try {
            BigDecimal number = new BigDecimal(port.text());
            return number.compareTo(BigDecimal.ONE) < 0 || number.compareTo(BigDecimal.valueOf(65_535)) > 0;
        } catch (NumberFormatException _) {
            return true; // its exponent is out of range
        }
    }

    /** The text of a required scalar; null after noting that it is missing, empty or something else. */
    private @Nullable String required(String field) {
        switch (document.get(field)) {
            case Scalar scalar when !scalar.isNull() && !scalar.text().isBlank() -> {
                return scalar.text();
            }
            case Scalar _ -> add(field, "must not be empty");
            case null -> add(field, "is required");
            case Document other -> add(field, "must be text, but is " + other.kindName());
        }
        return null;
    }

    private void add(String field, String message) {
        if (problems.size() >= Problem.MOST) {
            return;
        }
        problems.add(new Problem(field, message));
    }
}
