package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.UrlEncoding;
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
        byte[] answer = attach
                ? session.post(path, CommandContext.read(words.get(2)), CommandContext.mediaType(words.get(2)))
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
}
