package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryException;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.util.List;

final class UnitCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("unit", "NAME",
                "print a unit of systemd or launchd that runs a service as its manifest says; nothing is installed",
                List.of(OptionSpec.flag("--systemd", "for systemd; the default where there is systemctl"),
                        OptionSpec.flag("--launchd", "for launchd; the default where there is launchctl")),
                List.of("asmp unit mail", "asmp unit mail --systemd > ~/.config/systemd/user/mail.service"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String name = arguments.operand("the service's NAME");
        if (arguments.has("--systemd") && arguments.has("--launchd")) {
            throw new UsageError("--systemd and --launchd exclude each other");
        }
        Mapping entry;
        try {
            entry = JsonReader.mapping(session.get("/services/" + UrlEncoding.encode(name)));
        } catch (RegistryException.Unreachable e) {
            throw e;
        } catch (RegistryException e) {
            return session.fail(FAILED, String.valueOf(e.getMessage()), Suggestions.forName(name, session));
        }
        boolean forMac = arguments.has("--launchd") || (!arguments.has("--systemd")
                && Launcher.onPath("systemctl", session.environment()) == null
                && Launcher.onPath("launchctl", session.environment()) != null);
        UnitText unit = UnitText.of(entry, session.environment());
        String text = forMac ? unit.launchd() : unit.systemd();
        if (session.json()) {
            session.printJson(Json.write(Mapping.builder().put("name", name)
                    .put("manager", forMac ? "launchd" : "systemd").put("unit", text).build()));
        } else {
            session.out().print(text);
            session.err().println("asmp: printed, not installed; read it first: the words are those of " + name
                    + "'s manifest");
        }
        return DONE;
    }
}
