package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryException;
import dev.asmp.client.UrlEncoding;
import java.util.List;

final class GetCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("get", "NAME", "show all that is known about one service", List.of(),
                List.of("asmp get mail", "asmp get mail --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String name = arguments.operand("the service's NAME");
        byte[] answer;
        try {
            answer = session.get("/services/" + UrlEncoding.encode(name));
        } catch (RegistryException.Unreachable e) {
            throw e;
        } catch (RegistryException e) {
            return session.fail(FAILED, String.valueOf(e.getMessage()), Suggestions.forName(name, session));
        }
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().print(DocumentOutline.of(JsonReader.mapping(answer)));
        }
        return DONE;
    }
}
