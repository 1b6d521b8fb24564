package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.wire.Request;
import java.util.List;

final class ModCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("mod", "attach NAME FILE | detach NAME MOD",
                "attach a mod to a service, or take one off",
                List.of(), List.of("asmp mod attach mail spam-filter.yaml", "asmp mod detach mail spam-filter"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(3);
        List<String> words = arguments.operands();
        if (words.size() < 3 || !(words.getFirst().equals("attach") || words.getFirst().equals("detach"))) {
            throw new UsageError("say 'attach NAME FILE' or 'detach NAME MOD'");
        }
        boolean attach = words.getFirst().equals("attach");
        String path = "/services/" + UrlEncoding.encode(words.get(1)) + "/mods";
        byte[] mod = attach ? CommandContext.read(words.get(2)) : new byte[0];
        if (attach && isService(mod)) {
            throw new CommandFailure(
                    words.get(2) + " is the manifest of a service, not a mod: announce it with asmp announce "
                            + ShellWord.of(words.get(2)) + ", or attach what stands under its mods");
        }
        byte[] answer = attach
                ? session.post(path, mod, CommandContext.mediaType(words.get(2)))
                : session.call(
                        Request.of("DELETE", path + "/" + UrlEncoding.encode(words.get(2))));
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out()
                    .println((attach ? "attached: " : "detached: ") + StatusLine.line(JsonReader.mapping(answer)));
        }
        return DONE;
    }

    /** A mod has neither a protocol version nor a kind. */
    private static boolean isService(byte[] file) {
        try {
            return Yaml.read(file) instanceof Mapping mapping && mapping.get("asmp") != null
                    && mapping.get("kind") != null;
        } catch (MalformedDocumentException _) {
            return false; // the registry says where it is broken
        }
    }
}
