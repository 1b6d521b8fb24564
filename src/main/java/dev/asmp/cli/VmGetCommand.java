package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryException;
import dev.asmp.client.UrlEncoding;
import java.util.List;

/** {@code asmp vm get} by id, and {@code asmp vm resolve} by name. */
final class VmGetCommand implements Command {
    private final String verb;

    VmGetCommand(String verb) {
        this.verb = verb;
    }

    @Override
    public CommandSpec spec() {
        return verb.equals("get")
                ? new CommandSpec("vm get", "ID", "show all that is known of one VM", List.of(),
                        List.of("asmp vm get vm-7", "asmp vm get vm-7 --json"))
                : new CommandSpec("vm resolve", "NAME", "show the VM of this name that is running now", List.of(),
                        List.of("asmp vm resolve parser", "asmp vm resolve parser --json | jq -r .address"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String operand = arguments.operand(verb.equals("get") ? "the VM's ID" : "the VM's NAME");
        arguments.noMoreThan(1);
        String path = verb.equals("get") ? VmOptions.path(operand) : "/registry/resolve/" + UrlEncoding.encode(operand);
        byte[] answer;
        try {
            answer = VmOptions.ask(session, "GET", path, null);
        } catch (RegistryException.Unreachable e) {
            throw e;
        } catch (RegistryException e) {
            boolean isMissing = String.valueOf(e.getMessage()).contains("not found");
            throw isMissing
                    ? new CommandFailure(verb.equals("get")
                            ? "no VM has the id '" + operand + "'"
                            : VmOptions.whyNotRunning(operand, session))
                    : e;
        }
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().print(DocumentOutline.of(JsonReader.mapping(answer)));
        }
        return DONE;
    }
}
