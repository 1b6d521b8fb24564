package dev.asmp.cli;

import dev.asmp.document.Mapping;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@code asmp watch}: the change stream, a line for each change. */
final class WatchCommand implements Command {
    private static final int SILENCE_MILLIS = 40_000;
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
        new Watcher(session, path).run();
        return DONE;
    }

    /** Follows the stream, and takes it up again where it broke off. */
    private static final class Watcher {
        private final CommandContext session;
        private final String path;
        private String lastId = "";
        private String kind = "";
        private boolean away;
        private boolean wasThere;

        Watcher(CommandContext session, String path) {
            this.session = session;
            this.path = path;
        }

        void run() throws InterruptedException {
            while (!session.out().checkError()) {
                String why = "it ended the stream";
                try {
                    List<String> resume = lastId.isEmpty() ? List.of() : List.of("Last-Event-ID: " + lastId);
                    RegistryFinder.of(session.environment()).client().stream(
                            new RegistryClient.Request("GET", path, null, null, resume), SILENCE_MILLIS, this::take);
                    return; // the reader of our output is gone
                } catch (IOException e) {
                    why = String.valueOf(e.getMessage());
                }
                if (!wasThere) {
                    throw new CommandFailure("no registry answers (" + why + "); start one with: asmp serve");
                }
                if (!away) {
                    tell(session.err(), "asmp: the registry went away; waiting for it to come back");
                }
                away = true;
                Thread.sleep(PAUSE_MILLIS);
            }
        }

        private boolean take(String line) {
            if (!wasThere || away) {
                tell(session.err(), away ? "asmp: the registry is back" : "asmp: watching; Ctrl-C ends it");
            }
            wasThere = true;
            away = false;
            if (line.startsWith("id: ")) {
                lastId = line.substring(4);
            } else if (line.startsWith("event: ")) {
                kind = line.substring(7);
            } else if (line.startsWith("data: ")) {
                print(line.substring(6));
            }
            return !session.out().checkError();
        }

        private void print(String data) {
            if (session.json()) {
                tell(session.out(), "{\"id\":" + lastId + ",\"event\":\"" + kind + "\",\"data\":" + data + "}");
                return;
            }
            Mapping event = CommandContext.mapping(data.getBytes(StandardCharsets.UTF_8));
            String at = ServiceTable.or(event.text("at"), ServiceTable.or(event.text("discovered_at"), "-"));
            tell(session.out(), Terminal.clean(at) + "  " + CommandSpec.padded(kind).substring(0, 12)
                    + Terminal.clean(ServiceTable.or(event.text("name"), "") + detail(event)));
        }

        private String detail(Mapping event) {
            return switch (kind) {
                case "health" -> {
                    String error = event.text("error");
                    yield " is " + ServiceTable.health(event) + (error == null ? "" : " (" + error + ")");
                }
                case "discovery" -> ": " + ServiceTable.or(event.text("note"), "");
                case "reset" -> ServiceTable.or(event.text("reason"), "");
                default -> " (" + event.text("status") + ", generation " + event.text("generation") + ")";
            };
        }

        private static void tell(PrintStream stream, String line) {
            stream.println(line);
            stream.flush();
        }
    }
}
