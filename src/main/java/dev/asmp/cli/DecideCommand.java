package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.RegistryException;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.IndexKeys;
import dev.asmp.wire.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code asmp approve} and {@code asmp reject}: the owner's decision on a proposal. */
final class DecideCommand implements Command {
    private static final OptionSpec DIGEST = OptionSpec.value("--digest", "D",
            "only if this is still what is proposed (a prefix is enough; asmp pending shows it)");

    private static final int SHOWN = 12;

    private final boolean approve;

    DecideCommand(boolean approve) {
        this.approve = approve;
    }

    @Override
    public CommandSpec spec() {
        return approve
                ? new CommandSpec("approve", "[NAME]", "show a pending service, ask, and approve it; or all of them",
                        List.of(DIGEST, OptionSpec.flag("--all", "everything that waits, as it is shown then"),
                                Confirmation.YES),
                        List.of("asmp approve mail", "asmp approve mail --digest 3f2a91c04b7e", "asmp approve --all"))
                : new CommandSpec("reject", "NAME", "reject a pending service until its content changes",
                        List.of(OptionSpec.value("--note", "TEXT", "why"), DIGEST),
                        List.of("asmp reject mail --note \"use the one in ~/src/post\""));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        if (arguments.has("--all")) {
            return all(arguments, session);
        }
        String name = arguments.operand("the service's NAME");
        String path = "/services/" + UrlEncoding.encode(name);
        OwnerClient owner = new OwnerClient(session.environment());
        String shown = arguments.value("--digest");
        String digest = approve && shown == null
                ? confirmed(name, owner, arguments, session)
                : digest(JsonReader.mapping(owner.ask(Request.of("GET", path))), shown, name);
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

    /** Shows what is proposed and asks; returns the digest of what was shown. */
    private static String confirmed(String name, OwnerClient owner, CommandArguments arguments,
            CommandContext session) {
        Mapping proposal = proposal(name, owner);
        String digest = digest(proposal == null ? Mapping.EMPTY : proposal, null, name);
        if (!session.json() && proposal != null) {
            session.out().print(Comparison.of(proposal));
        }
        boolean isAsked = session.terminal().isBounded() && !session.json();
        if (!isAsked && !arguments.has(Confirmation.YES.name())) {
            throw new CommandFailure("nothing was approved: say which content you have seen: asmp approve "
                    + Terminal.clean(name) + " --digest " + digest.substring(0, SHOWN));
        }
        Confirmation.require("approve it", arguments, session);
        return digest;
    }

    /** The proposal of a name, waiting or rejected. */
    private static @Nullable Mapping proposal(String name, OwnerClient owner) {
        for (String status : List.of("pending", "rejected")) {
            for (Mapping proposal : JsonReader.mappings(owner.ask(Request.of("GET", "/services?status=" + status)))) {
                if (name.equals(proposal.text("name"))) {
                    return proposal;
                }
            }
        }
        return null;
    }

    /** Approves what is shown: a proposal that changes in the meantime has another digest and stays pending. */
    private static int all(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        List<Mapping> proposals = JsonReader.mappings(session.get("/services?status=pending"));
        if (!session.json()) {
            if (proposals.isEmpty()) {
                session.out().println("nothing waits for approval");
            }
            proposals.forEach(proposal -> session.out().print(Comparison.of(proposal)));
        }
        if (!proposals.isEmpty()) {
            Confirmation.require("approve " + (proposals.size() == 1 ? "it" : "these " + proposals.size()), arguments,
                    session);
        }
        OwnerClient owner = new OwnerClient(session.environment());
        List<Document> approved = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (Mapping proposal : proposals) {
            String name = String.valueOf(proposal.text("name"));
            try {
                byte[] answer = owner.ask(Request.json("POST", "/services/" + UrlEncoding.encode(name) + "/approve",
                        Json.write(Mapping.EMPTY)).with("If-Match",
                                '"' + digest(proposal, null, name) + '"'));
                Mapping entry = JsonReader.mapping(answer);
                approved.add(entry);
                if (!session.json()) {
                    session.out().println("approved: " + StatusLine.line(entry));
                }
            } catch (RegistryException.Unreachable e) {
                throw e;
            } catch (RegistryException e) {
                failed.add(name + ": " + e.getMessage());
            }
        }
        if (session.json()) {
            session.printJson(Json.write(new Sequence(approved)));
        }
        return failed.isEmpty() ? DONE : session.fail(FAILED, "not approved: " + String.join("; ", failed));
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
