package dev.asmp.mcp;

import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Mapping;
import dev.asmp.wire.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Explanations of missing, pending, stale and broken services, from the registry's answers. */
final class Diagnosis {
    private static final int PENDING = 100;

    private Diagnosis() {}

    /** Explains why a name or capability is not found; null where the registry gives no reason. */
    static @Nullable String of(String wanted, RegistryCalls registry) {
        if (wanted.indexOf(' ') >= 0) {
            return null;
        }
        Reply reply = registry.call("GET", "/services/" + UrlEncoding.encode(wanted), null);
        if (reply.status() == 404) {
            String problem = RegistryCalls.problem(reply);
            return problem == null ? pending(wanted, registry) : keptOut(wanted, problem);
        }
        if (reply.status() >= 400) {
            return null;
        }
        Mapping entry = RegistryCalls.mapping(reply);
        String matter = of(entry);
        return matter == null ? "There is a service of that name: service_get shows it." : matter;
    }

    /** The sentence on a name whose manifest cannot be registered. */
    static String keptOut(String name, String problem) {
        return "A manifest of '" + TextSanitizer.line(name, 128) + "' exists, but is not registered: "
                + sentence(problem);
    }

    /** Explains an entry's status or manifest problem; null for an entry without either. */
    static @Nullable String of(Mapping entry) {
        String name = TextSanitizer.line(entry.text("name"), 128);
        String problem = TextSanitizer.line(entry.text("problem"), 300);
        return switch (String.valueOf(entry.text("status"))) {
            case "pending" -> name + " waits for approval and is not found until then (asmp approve " + name + ").";
            case "rejected" -> name + " was rejected by the owner of this machine.";
            case "stale" -> name + " is stale, last seen " + TextSanitizer.line(entry.text("last_seen"), 40)
                    + (problem == null ? "." : ": " + sentence(problem));
            default -> problem == null ? null : "Its manifest has a problem: " + sentence(problem);
        };
    }

    private static @Nullable String pending(String capability, RegistryCalls registry) {
        List<String> names = new ArrayList<>();
        String prefix = capability.endsWith(".*") ? capability.substring(0, capability.length() - 1) : null;
        try {
            registry.getEach("/services?status=pending&limit=" + PENDING, entry -> {
                if (ServiceSummary.provides(entry).stream()
                        .anyMatch(one -> prefix == null ? one.equals(capability) : one.startsWith(prefix))) {
                    names.add(String.valueOf(TextSanitizer.line(entry.text("name"), 128)));
                }
            });
        } catch (RegistryCalls.Refusal _) {
            return null;
        }
        return names.isEmpty()
                ? null
                : names.getFirst() + (names.size() > 1 ? " and " + (names.size() - 1) + " more" : "")
                        + " would, after approval (asmp approve " + names.getFirst() + ").";
    }

    private static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }
}
