package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.wire.Request;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code asmp open}: the page in the browser, with a one-time code by which it decides as the owner. */
final class OpenCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("open", "", "open the page of this registry in the browser, as its owner",
                List.of(OptionSpec.flag("--print", "only print the link; it works once, within a minute")),
                List.of("asmp open", "asmp open --print"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        OwnerClient owner = new OwnerClient(session.environment());
        String url = owner.url();
        Mapping answer = JsonReader.mapping(owner.ask(Request.of("POST", "/session/code")));
        String link = url + "/#code=" + answer.text("code");
        if (session.json()) {
            session.printJson(Json.write(Mapping.builder().put("url", link)
                    .put("expires_in", Long.parseLong(String.valueOf(answer.text("expires_in")))).build()));
            return DONE;
        }
        session.out().println(link);
        String opener = arguments.has("--print") ? null : opener(session);
        if (opener != null && !isStarted(opener, link)) {
            session.err().println(opener + " did not start; open the link yourself, within a minute");
        }
        return DONE;
    }

    /** The program that opens links; null where there is no screen to open them on. */
    private static @Nullable String opener(CommandContext session) {
        if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac")) {
            return "open";
        }
        return session.environment().variable("DISPLAY") == null
                && session.environment().variable("WAYLAND_DISPLAY") == null ? null : "xdg-open";
    }

    private static boolean isStarted(String opener, String link) {
        try {
            new ProcessBuilder(opener, link).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
