package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.ModelKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class ModelsRegisterCommand implements Command {
    /** Enough of a digest to compare two by eye. */
    private static final int SHOWN = 23;

    @Override
    public CommandSpec spec() {
        return new CommandSpec("models register", "FILE",
                "register a model, with the digest of the key in your environment", List.of(),
                List.of("asmp models register ./glm.asmp.yaml"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String file = arguments.operand("the FILE to register");
        Mapping manifest = read(file);
        if (!ModelKeys.KIND.equals(manifest.text("kind"))) {
            throw new CommandFailure(file + ": kind must be " + ModelKeys.KIND + ", but is "
                    + (manifest.text("kind") == null ? "missing" : "'" + manifest.text("kind") + "'")
                    + "; asmp register takes any kind");
        }
        String digest = digest(manifest, session);
        byte[] answer = session.post("/services",
                Json.write(digest == null ? manifest : ModelKeys.withDigest(manifest, digest)), "application/json");
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().println(StatusLine.line(JsonReader.mapping(answer))
                    + (digest == null ? "" : ", digest " + digest.substring(0, SHOWN) + "…"));
        }
        return DONE;
    }

    private static Mapping read(String file) {
        byte[] bytes = CommandContext.read(file);
        try {
            Document document = file.endsWith(".json") ? Json.read(bytes) : Yaml.read(bytes);
            if (document instanceof Mapping mapping) {
                return mapping;
            }
            throw new CommandFailure(file + ": a manifest is a mapping of keys, but this is " + document.kindName());
        } catch (MalformedDocumentException e) {
            throw new CommandFailure(file + ": " + e.getMessage());
        }
    }

    /** The digest of the key that the manifest names; null where there is nothing to compute it from. */
    private static @Nullable String digest(Mapping manifest, CommandContext session) {
        String variable = manifest.mapping("secret").text("env_var");
        if (variable == null || !ModelKeys.isVariable(variable)) {
            return null;
        }
        String key = session.environment().variable(variable);
        if (key == null || key.isEmpty()) {
            session.err().println("asmp: " + variable + " is not set here, so no digest is computed");
            return null;
        }
        return ModelKeys.digest(variable, key);
    }
}
