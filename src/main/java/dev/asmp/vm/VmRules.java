package dev.asmp.vm;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import dev.asmp.store.RefusedException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for single fields, with the contract's error texts. */
public final class VmRules {
    private static final int MAX_ID = 512;
    private static final int MAX_TEXT = 4_096;
    private static final int MAX_JSON = 64 * 1024;
    private static final int MAX_FACTS = 256 * 1024;
    /** Nesting of lists and objects: far less than a document may have, since these become parts of other documents. */
    private static final int MAX_DEPTH = 50;
    private static final int SHOWN = 100;
    /** {@code fleet} belongs to the daemon that made the VM: no client sets it. */
    private static final Set<String> KNOWN = Set.of("id", "name", "role", "status", "address", "services", "metadata",
            "registeredBy", "registeredAt", "lastSeen", "fleet");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    /** Bytes of an escaped character: a backslash, a u and four digits. */
    private static final long ESCAPED = 6;

    private VmRules() {}

    static RefusedException invalid(String message) {
        return new RefusedException(RefusedException.Reason.INVALID, message);
    }

    static Mapping object(Document body) {
        if (body instanceof Mapping mapping) {
            return mapping;
        }
        throw invalid("the body must be an object, but is " + body.kindName());
    }

    /** A text that is required and must not be blank; blanks around it are cut. */
    static String required(Mapping body, String field) {
        return filled(body, field, field + " is required");
    }

    /** A text that may be missing, but must not be blank. */
    static @Nullable String replacing(Mapping body, String field) {
        return body.get(field) == null ? null : filled(body, field, field + " cannot be empty");
    }

    private static String filled(Mapping body, String field, String otherwise) {
        String text = body.get(field) instanceof Scalar scalar && scalar.kind() == Scalar.Kind.TEXT
                ? cut(scalar.text())
                : "";
        if (text.isEmpty()) {
            throw invalid(otherwise);
        }
        int most = field.equals("id") ? MAX_ID : MAX_TEXT;
        int length = text.codePointCount(0, text.length());
        if (length > most) {
            throw invalid(field + " has " + length + " characters; at most " + most
                    + " are allowed");
        }
        return text;
    }

    /** Cuts the same blanks as JavaScript's {@code trim}, as agents do. */
    private static String cut(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || c == '\uFEFF';
    }

    /** Refuses a missing role; an unknown one is refused later. */
    static void requireRole(Mapping body) {
        if (isMissing(body.get("role")) || (body.get("role") instanceof Scalar role && cut(role.text()).isEmpty())) {
            throw invalid("role is required");
        }
    }

    static VmRole role(Mapping body) {
        VmRole role = VmRole.of(body.text("role"));
        if (role == null) {
            throw invalid("invalid role: " + shown(body.get("role")));
        }
        return role;
    }

    static VmStatus status(Mapping body) {
        VmStatus status = VmStatus.of(body.text("status"));
        if (status == null) {
            throw invalid("invalid status: " + shown(body.get("status")));
        }
        return status;
    }

    private static String shown(@Nullable Document written) {
        String text = written instanceof Scalar scalar ? scalar.text() : written == null ? "" : written.kindName();
        int length = text.codePointCount(0, text.length());
        return length <= SHOWN ? text : text.substring(0, text.offsetByCodePoints(0, SHOWN)) + "…";
    }

    /** The services as they came, or null where there are none. */
    static @Nullable Sequence services(Mapping body) {
        Document written = body.get("services");
        if (written == null || isMissing(written)) {
            return null;
        }
        if (!(written instanceof Sequence services)) {
            throw invalid("services must be a list of objects with name and port, but is "
                    + written.kindName());
        }
        for (int i = 0; i < services.items().size(); i++) {
            checkService("services[" + i + "]", services.items().get(i));
        }
        checkSize("services", services);
        return services;
    }

    private static void checkService(String where, Document written) {
        if (!(written instanceof Mapping service)) {
            throw invalid(where + " must be an object with name and port, but is "
                    + written.kindName());
        }
        if (!(service.get("name") instanceof Scalar name) || name.kind() != Scalar.Kind.TEXT
                || cut(name.text()).isEmpty()) {
            throw invalid(where + ".name is required");
        }
        if (!(service.get("port") instanceof Scalar port) || port.kind() != Scalar.Kind.NUMBER
                || !PORT.matcher(port.text()).matches() || Integer.parseInt(port.text()) < 1
                || Integer.parseInt(port.text()) > 65_535) {
            throw invalid(where + ".port must be a number from 1 to 65535");
        }
    }

    /** The metadata as they came, or null where there are none. */
    static @Nullable Mapping metadata(Mapping body) {
        Document written = body.get("metadata");
        if (written == null || isMissing(written)) {
            return null;
        }
        if (!(written instanceof Mapping metadata)) {
            throw invalid("metadata must be an object, but is " + written.kindName());
        }
        checkSize("metadata", metadata);
        return metadata;
    }

    /** The keys that the contract does not know, as they came. */
    static Mapping more(Mapping body) {
        Mapping more = unknown(body);
        checkSize("what is beside the known keys", more);
        return more;
    }

    /** An instance of a VM's agent as it is compared, wherever it came from; null for what names none. */
    public static @Nullable String instance(@Nullable String written) {
        String text = written == null ? "" : cut(written);
        return text.isEmpty() || text.codePointCount(0, text.length()) > MAX_TEXT ? null : text;
    }

    /** The instance of a VM's agent in a body, or null. */
    static @Nullable String instance(Mapping body) {
        return isMissing(body.get("instance")) ? null : required(body, "instance");
    }

    /** Refuses facts that are too long or too deep. */
    public static void checkFacts(String key, @Nullable Mapping facts) {
        if (key.length() > MAX_TEXT || (facts != null && isDeeperThan(MAX_DEPTH, facts))) {
            throw invalid("facts under " + shown(Scalar.text(key)) + " cannot be kept");
        }
        if (facts != null && mostBytes(facts) > MAX_FACTS && Json.write(facts).length > MAX_FACTS) {
            throw invalid("facts under " + key + " have more than " + MAX_FACTS + " bytes");
        }
    }

    static Mapping unknown(Mapping entry) {
        return entry.without(KNOWN);
    }

    private static void checkSize(String field, Document written) {
        if (isDeeperThan(MAX_DEPTH, written)) {
            throw invalid(field + " is nested deeper than " + MAX_DEPTH + " levels");
        }
        if (mostBytes(written) <= MAX_JSON) {
            return; // nearly always, and cheaper than writing it
        }
        int bytes = Json.write(written).length;
        if (bytes > MAX_JSON) {
            throw invalid(field + " has " + bytes + " bytes; at most " + MAX_JSON
                    + " are allowed");
        }
    }

    /** An upper bound of a document's length as JSON. */
    private static long mostBytes(Document node) {
        long most = 2;
        switch (node) {
            case Scalar scalar -> most += ESCAPED * scalar.text().length();
            case Sequence list -> {
                for (Document item : list.items()) {
                    most += 1 + mostBytes(item);
                }
            }
            case Mapping mapping -> {
                for (var field : mapping.fields().entrySet()) {
                    most += 4 + ESCAPED * field.getKey().length() + mostBytes(field.getValue());
                }
            }
        }
        return most;
    }

    private static boolean isDeeperThan(int levels, Document node) {
        return switch (node) {
            case Scalar _ -> false;
            case Sequence list -> levels == 0
                    || list.items().stream().anyMatch(item -> isDeeperThan(levels - 1, item));
            case Mapping mapping -> levels == 0
                    || mapping.fields().values().stream().anyMatch(value -> isDeeperThan(levels - 1, value));
        };
    }

    static boolean isMissing(@Nullable Document written) {
        return written == null || (written instanceof Scalar scalar && scalar.isNull());
    }
}
