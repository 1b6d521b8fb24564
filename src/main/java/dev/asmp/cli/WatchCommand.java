package dev.asmp.cli;

import dev.asmp.client.ChangeStream;
import dev.asmp.client.JsonReader;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.IoReason;
import dev.asmp.document.Mapping;
import dev.asmp.wire.ServerSentEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@code asmp watch}: the change stream, a line for each change. */
final class WatchCommand implements Command {
    private static final long PAUSE_MILLIS = 1_000;

    @Override
    public CommandSpec spec() {
        return new CommandSpec("watch", "", "print what happens to the services, as it happens",
                List.of(OptionSpec.value("--name", "NAME", "only what happens to this service"),
                        OptionSpec.value("--provides", "C", "only services that provide C, or all below it (email.*)")),
                List.of("asmp watch", "asmp watch --provides 'email.*'", "asmp watch --name mail --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws InterruptedException {
        arguments.noMoreThan(0);
        List<String> filters = new ArrayList<>();
        for (String filter : List.of("name", "provides")) {
            String value = arguments.value("--" + filter);
            if (value != null) {
                filters.add(filter + "=" + UrlEncoding.encode(value));
            }
        }
        String path = "/events" + (filters.isEmpty() ? "" : "?" + String.join("&", filters));
        new Watcher(session, new ChangeStream(session.environment(), path)).run();
        return DONE;
    }

    /** Prints the stream, and reads it again from where it broke off. */
    private static final class Watcher implements ChangeStream.Reader {
        private final CommandContext session;
        private final ChangeStream stream;
        private boolean away;
        private boolean wasThere;

        Watcher(CommandContext session, ChangeStream stream) {
            this.session = session;
            this.stream = stream;
        }

        void run() throws InterruptedException {
            while (!session.out().checkError()) {
                String why = "it ended the stream";
                try {
                    stream.read(this);
                    return; // the reader of our output is gone
                } catch (IOException e) {
                    why = IoReason.of(e);
                }
                if (!wasThere) {
                    throw new CommandFailure("no registry answers (" + why + "); start one with: asmp serve");
                }
                if (!away) {
                    printLine(session.err(), "asmp: the registry went away; waiting for it to come back");
                }
                away = true;
                Thread.sleep(PAUSE_MILLIS);
            }
        }

        @Override
        public void opened() {
            if (!wasThere || away) {
                printLine(session.err(), away ? "asmp: the registry is back" : "asmp: watching; Ctrl-C ends it");
            }
            wasThere = true;
            away = false;
        }

        @Override
        public boolean isDone() {
            return session.out().checkError();
        }

        @Override
        public void take(ServerSentEvent event) {
            if (session.json()) {
                printLine(session.out(), "{\"id\":" + event.id() + ",\"event\":\"" + event.kind() + "\",\"data\":"
                        + new String(event.data(), StandardCharsets.UTF_8) + "}");
                return;
            }
            Mapping data = JsonReader.mapping(event.data());
            String at = ServiceTable.or(data.text("at"), ServiceTable.or(data.text("discovered_at"), "-"));
            printLine(session.out(), Terminal.clean(at) + "  " + CommandSpec.padded(event.kind()).substring(0, 12)
                    + Terminal.clean(ServiceTable.or(data.text("name"), "") + detail(event.kind(), data)));
        }

        private static String detail(String kind, Mapping event) {
            return switch (kind) {
                case "health" -> {
                    String named = event.text("health_error");
                    String error = named == null ? event.text("error") : named; // a daemon of 0.1 before the key had its name
                    yield " is " + ServiceTable.health(event) + (error == null ? "" : " (" + error + ")");
                }
                case "host" -> " has a new profile";
                case "peer-ok" -> " answers; services: " + event.text("services");
                case "peer-silent" ->
                    " is silent" + (event.text("error") == null ? "" : " (" + event.text("error") + ")");
                case "discovery" -> ": " + ServiceTable.or(event.text("note"), "");
                case "reset" -> ServiceTable.or(event.text("reason"), "");
                default -> " (" + event.text("status") + ", generation " + event.text("generation") + ")";
            };
        }

        private static void printLine(PrintStream stream, String line) {
            stream.println(line);
            stream.flush();
        }
    }
}
