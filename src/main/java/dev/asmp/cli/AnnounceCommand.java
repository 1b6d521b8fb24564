package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Durations;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class AnnounceCommand implements Command {
    private static final String DEFAULT_TTL = "60s";

    @Override
    public CommandSpec spec() {
        return new CommandSpec("announce", "FILE [-- COMMAND...]",
                "tell the registry about a running service, once or as long as it lives",
                List.of(OptionSpec.value("--ttl", "TIME", "count as gone when not announced again within TIME"),
                        OptionSpec.flag("--keep",
                                "announce again and again, until told to stop or while COMMAND lives")),
                List.of("asmp announce ./asmp.yaml", "asmp announce ./asmp.yaml --keep",
                        "asmp announce ./asmp.yaml --keep --ttl 30s -- ./mail-server --port 7100",
                        "generate-manifest | asmp announce -"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws InterruptedException {
        String file = arguments.operand("the FILE to announce");
        boolean keep = arguments.has("--keep");
        List<String> command = arguments.rest();
        if (command != null && (!keep || command.isEmpty())) {
            throw new UsageError(keep ? "a COMMAND must follow --" : "-- COMMAND goes with --keep");
        }
        String ttl = arguments.value("--ttl") == null && keep ? DEFAULT_TTL : arguments.value("--ttl");
        Announcer announcer = new Announcer(file, ttl, session);
        if (!keep) {
            return once(announcer, session);
        }
        if (file.equals("-")) {
            throw new UsageError("--keep reads the FILE again each time, so it cannot be standard input");
        }
        KeepAlive keeper = new KeepAlive(announcer, renewal(ttl), session.err());
        return command == null ? keeper.run() : keeper.runWhile(new ChildProcess(command));
    }

    private static int once(Announcer announcer, CommandContext session) {
        byte[] answer = announcer.announce();
        if (session.json()) {
            session.printJson(answer);
        } else {
            Mapping entry = JsonReader.mapping(answer);
            session.out().println(StatusLine.line(entry));
        }
        return DONE;
    }

    private static Duration renewal(@Nullable String ttl) {
        try {
            return Durations.parse(String.valueOf(ttl)).dividedBy(3);
        } catch (IllegalArgumentException e) {
            throw new UsageError("--ttl " + e.getMessage());
        }
    }

    /** Announces one file, as it is at that moment. */
    record Announcer(String file, @Nullable String ttl, CommandContext session) {
        byte[] announce() {
            return session.post("/services/announce" + (ttl == null ? "" : "?ttl=" + UrlEncoding.encode(ttl)),
                    CommandContext.read(file), CommandContext.mediaType(file));
        }

        /** Ends the announcement of this generation: a manifest on disk takes over, and without one the entry is stale. */
        void sayGoodbye(String name, long generation) {
            session.post("/services/" + UrlEncoding.encode(name) + "/goodbye",
                    Json.write(Mapping.builder().put("generation", generation)
                            .put("reason", "asmp announce --keep has ended").build()),
                    "application/json");
        }

        /** The status of a service, as the registry knows it. */
        @Nullable
        String status(String name) {
            return JsonReader.mapping(session.get("/services/" + UrlEncoding.encode(name))).text("status");
        }
    }
}
