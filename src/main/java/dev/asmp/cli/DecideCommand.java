package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.IndexKeys;
import dev.asmp.wire.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code asmp approve} and {@code asmp reject}: the owner's decision on a proposal. */
final class DecideCommand implements Command {
    private static final OptionSpec DIGEST = OptionSpec.value("--digest", "D",
            "only if this is still what is proposed (a prefix is enough; asmp pending shows it)");

    private final boolean approve;

    DecideCommand(boolean approve) {
        this.approve = approve;
    }

    @Override
    public CommandSpec spec() {
        return approve
                ? new CommandSpec("approve", "NAME", "approve a pending service", List.of(DIGEST),
                        List.of("asmp approve mail", "asmp approve mail --digest 3f2a91c04b7e"))
                : new CommandSpec("reject", "NAME", "reject a pending service until its content changes",
                        List.of(OptionSpec.value("--note", "TEXT", "why"), DIGEST),
                        List.of("asmp reject mail --note \"use the one in ~/src/post\""));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String path = "/services/" + UrlEncoding.encode(arguments.operand("the service's NAME"));
        OwnerClient owner = new OwnerClient(session.environment());
        String digest = digest(JsonReader.mapping(owner.ask(Request.of("GET", path))), arguments.value("--digest"),
                arguments.operands().getFirst());
        byte[] note = Json.write(Mapping.builder().put("note", approve ? null : arguments.value("--note")).build());
        byte[] answer = owner.ask(Request.json("POST", path + (approve ? "/approve" : "/reject"), note)
                .with("If-Match", '"' + digest + '"'));
        if (session.json()) {
            session.printJson(answer);
        } else {
            Mapping entry = JsonReader.mapping(answer);
            session.out().println((approve ? "approved: " : "rejected: ")
                    + (approve ? StatusLine.line(entry) : Terminal.clean(String.valueOf(entry.text("name")))));
        }
        return DONE;
    }

    private static String digest(Mapping entry, @Nullable String shown, String name) {
        String digest = entry.mapping(IndexKeys.APPROVAL).text("digest");
        if (digest == null) {
            throw new CommandFailure("'" + Terminal.clean(name) + "' is not waiting for approval");
        }
        if (shown != null && (shown.length() < 8 || !digest.startsWith(shown))) {
            throw new CommandFailure("what '" + Terminal.clean(name) + "' proposes is not " + Terminal.clean(shown)
                    + " but " + digest + "; look at it again: asmp pending");
        }
        return digest;
    }
}
