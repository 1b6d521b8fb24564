package dev.asmp.lieutenant;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.lieutenant.AgentRecord.Kind;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.ServiceName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The owner's wish for a new agent.
 *
 * @param role what it is for, in the owner's words
 * @param command the program that speaks the protocol, with its first arguments; empty for the usual one
 * @param context what its parent tells it; written to its AGENTS.md
 * @param workspace an existing folder of this machine to work in; null for one of its own
 */
public record AgentRequest(String name, Kind kind, String role, boolean isLocal, @Nullable String model,
        @Nullable String prompt, @Nullable String context, @Nullable String commit, @Nullable String workspace,
        @Nullable String parent,
        List<String> command, Map<String, String> variables) {
    private static final Set<String> KEYS = Set.of("name", "role", "local", "model", "prompt", "commit", "workspace",
            "parent", "command", "env", "context");
    private static final int LONGEST = 256 * 1024;

    public AgentRequest {
        command = List.copyOf(command);
        variables = Map.copyOf(variables);
    }

    /** Reads the body of a request for a lieutenant. */
    public static AgentRequest lieutenant(Document body) {
        return of(body, Kind.LIEUTENANT, null);
    }

    /** Reads the body of a request for one worker of a swarm, under this name. */
    static AgentRequest worker(Mapping body, String name) {
        return of(body, Kind.WORKER, name);
    }

    private static AgentRequest of(Document document, Kind kind, @Nullable String given) {
        if (!(document instanceof Mapping body)) {
            throw new InvalidDocumentException("body", "must be an object");
        }
        body.fields().keySet().forEach(key -> {
            if (!KEYS.contains(key) && given == null) {
                throw new InvalidDocumentException(key, "is not known here; there are " + String.join(", ",
                        KEYS.stream().sorted().toList()));
            }
        });
        String name = given == null ? body.text("name") : given;
        if (name == null) {
            throw new InvalidDocumentException("name", "is required");
        }
        String problem = name.length() > 60 ? "has more than 60 characters" : ServiceName.problemWith(name);
        if (problem != null) {
            throw new InvalidDocumentException("name", problem);
        }
        String role = body.text("role");
        String model = body.text("model");
        if (model != null && model.isBlank()) {
            throw new InvalidDocumentException("model", "must be MODEL or PROVIDER/MODEL");
        }
        boolean isLocal = body.get("local") instanceof Scalar local && local.isTrue();
        String context = checked("context", body.text("context"));
        if (isLocal && context != null) {
            throw new InvalidDocumentException("context",
                    "goes to an agent on a VM; here it reads the AGENTS.md of its workspace");
        }
        return new AgentRequest(name, kind, role(role, kind), isLocal, model,
                checked("prompt", body.text("prompt")), context,
                body.text("commit"), body.text("workspace"), body.text("parent"), body.texts("command"),
                variables(body.mapping("env")));
    }

    private static @Nullable String checked(String key, @Nullable String text) {
        if (text != null && text.length() > LONGEST) {
            throw new InvalidDocumentException(key, "has more than " + LONGEST + " characters");
        }
        return text;
    }

    private static String role(@Nullable String written, Kind kind) {
        String role = checked("role", written);
        return role == null ? kind.word() : role;
    }

    private static Map<String, String> variables(Mapping env) {
        Map<String, String> variables = new LinkedHashMap<>();
        env.fields().forEach((name, value) -> {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,255}")) {
                throw new InvalidDocumentException("env", "has a name that is none of a variable");
            }
            if (!(value instanceof Scalar scalar) || scalar.isNull() || scalar.text().indexOf('\0') >= 0) {
                throw new InvalidDocumentException("env", "has a value for " + name + " that is no text");
            }
            variables.put(name, scalar.text());
        });
        return variables;
    }
}
