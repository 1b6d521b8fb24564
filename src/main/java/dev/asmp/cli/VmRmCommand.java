package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.RegistryException;
import dev.asmp.client.UrlEncoding;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.util.List;

/** {@code asmp vm rm}: deletes a VM that this host made; of any other, it only removes the entry. */
final class VmRmCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("vm rm", "ID",
                "delete a VM that this host made; take any other out of the registry, for example one that was destroyed",
                List.of(Confirmation.YES), List.of("asmp vm rm vm-7", "asmp vm rm vm-7 --yes"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String id = arguments.operand("the VM's ID");
        arguments.noMoreThan(1);
        if (isOurs(id, session)) {
            Confirmation.require("delete VM " + Terminal.clean(id), arguments, session);
            byte[] answer = new OwnerClient(session.environment())
                    .ask(Request.of("DELETE", "/fleet/vms/" + UrlEncoding.encode(id)));
            print(answer, "deleted ", id, session);
            return DONE;
        }
        print(VmOptions.askAbout(id, session, "DELETE", VmOptions.path(id), null), "removed ", id, session);
        return DONE;
    }

    private static void print(byte[] answer, String what, String id, CommandContext session) {
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().println(what + Terminal.clean(id));
        }
    }

    /** Tells whether the daemon of this state folder made the VM; it tells so in the entry, or where that is gone. */
    private static boolean isOurs(String id, CommandContext session) {
        try {
            OwnerClient owner = new OwnerClient(session.environment());
            if (!owner.isHere()) {
                return false;
            }
            Reply tree = owner.call(Request.of("GET", "/fleet/vms/" + UrlEncoding.encode(id)));
            return tree.status() == 200 && JsonReader.mapping(tree.body()).text("owner") != null;
        } catch (RegistryException _) {
            return false;
        }
    }
}
