package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.wire.Request;
import java.util.List;

/** {@code asmp vm commit|pause|resume}. */
final class VmStateCommand implements Command {
    private final String verb;

    VmStateCommand(String verb) {
        this.verb = verb;
    }

    @Override
    public CommandSpec spec() {
        return switch (verb) {
            case "commit" -> new CommandSpec("vm commit", "[ID]", "save memory and disk of a VM, and record the commit",
                    List.of(VmOptions.NAME, OptionSpec.flag("--keep-paused", "leave the VM paused")),
                    List.of("asmp vm commit 3f2a91c0-4b7e-4d0e-9a41-0c6b6b0d9f5e --name before-upgrade"));
            case "pause" -> new CommandSpec("vm pause", "[ID]", "stop a VM's clock, and its cost", List.of(),
                    List.of("asmp vm pause 3f2a91c0-4b7e-4d0e-9a41-0c6b6b0d9f5e"));
            default -> new CommandSpec("vm resume", "[ID]", "let a paused VM run on", List.of(),
                    List.of("asmp vm resume 3f2a91c0-4b7e-4d0e-9a41-0c6b6b0d9f5e"));
        };
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String id = VmUseCommand.vm(arguments, session);
        arguments.noMoreThan(1);
        Mapping body = Mapping.builder().put("name", arguments.value("--name"))
                .put("keep_paused", Scalar.bool(arguments.has("--keep-paused"))).build();
        byte[] answer = new OwnerClient(session.environment()).ask(Request.json("POST",
                "/fleet/vms/" + UrlEncoding.encode(id) + "/" + verb, verb.equals("commit") ? Json.write(body) : null));
        if (session.json()) {
            session.printJson(answer);
        } else if (verb.equals("commit")) {
            session.out().println(Terminal.clean(String.valueOf(JsonReader.mapping(answer).text("commit_id"))));
        } else {
            session.out().println(Terminal.clean(id) + (verb.equals("pause") ? " is paused" : " runs"));
        }
        return DONE;
    }
}
