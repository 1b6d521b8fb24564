package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryException;
import dev.asmp.client.RegistryFinder;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.EditDistance;
import dev.asmp.mcp.NearMatches;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Lines that help on after a miss: what may have been meant, what is in the way, and how to note what is missing. */
final class Suggestions {
    private final CommandContext session;
    private final List<String> lines = new ArrayList<>();

    private Suggestions(CommandContext session) {
        this.session = session;
    }

    /** Suggests where nothing live provides a capability. */
    static String[] forCapability(String capability, boolean isKnown, boolean isHereOnly, CommandContext session) {
        Suggestions suggestions = new Suggestions(session);
        if (isHereOnly) {
            suggestions.lines.addAll(elsewhere(capability, session));
        }
        suggestions.pending(capability);
        if (!isKnown) {
            suggestions.near(capability);
            suggestions.note(capability.replaceFirst("\\.?\\*$", ""));
        }
        return suggestions.lines.toArray(String[]::new);
    }

    /** Suggests where no service has a name. */
    static String[] forName(String name, CommandContext session) {
        Suggestions suggestions = new Suggestions(session);
        suggestions.elsewhereNamed(name);
        suggestions.nearName(name);
        suggestions.note(name);
        return suggestions.lines.toArray(String[]::new);
    }

    /** Suggests where nothing answers a question. */
    static String[] forQuestion(CommandContext session) {
        Suggestions suggestions = new Suggestions(session);
        suggestions.note("what-it-would-be-called");
        return suggestions.lines.toArray(String[]::new);
    }

    private void note(String name) {
        lines.add("if it exists or should, note it: asmp todo " + ShellWord.of(name)
                + " --note \"who needs it and what for\"");
    }

    private void near(String capability) {
        if (capability.endsWith("*") && !capability.endsWith(".*")) {
            String domain = capability.replaceFirst("\\*+$", "");
            lines.add("did you mean " + domain + ".*, which stands for all that begin with " + domain + ".?");
            return;
        }
        List<String> near = NearMatches.meant(capability, new RegistryFinder(session.environment()));
        if (!near.isEmpty()) {
            lines.add("did you mean " + Terminal.clean(String.join(", ", near)) + "?");
        }
    }

    /** Names the hosts that provide a capability which this one does not. */
    static List<String> elsewhere(String capability, CommandContext session) {
        TreeSet<String> hosts = new TreeSet<>();
        try {
            for (Mapping service : JsonReader.mappings(providers(capability, "all", session))) {
                if ("federate".equals(service.text("sync")) && !"stale".equals(service.text("status"))) {
                    hosts.add(String.valueOf(service.text("host")));
                }
            }
        } catch (RegistryException _) {
            return List.of(); // an older registry knows no other hosts
        }
        return hosts.isEmpty()
                ? List.of()
                : List.of(Terminal.clean(String.join(", ", hosts)) + (hosts.size() == 1 ? " provides" : " provide")
                        + " it: asmp find -c " + ShellWord.of(capability) + " --hosts all");
    }

    /** Names a proposal that would provide the capability, were it approved. */
    private void pending(String capability) {
        String prefix = capability.endsWith(".*") ? capability.substring(0, capability.length() - 1) : null;
        for (Mapping proposal : services("?status=pending")) {
            if (proposal.mapping("capabilities").texts("provides").stream()
                    .anyMatch(one -> prefix == null ? one.equals(capability) : one.startsWith(prefix))) {
                String name = String.valueOf(proposal.text("name"));
                lines.add(name + " would, and waits for the owner's approval: asmp pending, asmp approve "
                        + ShellWord.of(name));
            }
        }
    }

    private void nearName(String name) {
        List<String> names = new ArrayList<>();
        for (Mapping service : services("")) {
            String called = String.valueOf(service.text("name"));
            names.add(called);
            if (service.texts("aliases").contains(name)
                    || service.mapping("capabilities").texts("aliases").contains(name)) {
                lines.add("'" + name + "' is another name of " + called + ": asmp get " + ShellWord.of(called));
            }
            if (JsonReader.mappings(service, "mods").stream().anyMatch(mod -> name.equals(mod.text("name")))) {
                lines.add("'" + name + "' is a mod of " + called + ": asmp mods " + ShellWord.of(called));
            }
        }
        String near = EditDistance.nearest(name, names);
        if (near != null && lines.isEmpty()) {
            lines.add("did you mean '" + near + "'?");
        }
    }

    /** Names the services of other hosts that have this name. */
    private void elsewhereNamed(String name) {
        for (Mapping service : services("?hosts=all&sync=federate")) {
            String called = String.valueOf(service.text("name"));
            if (called.equalsIgnoreCase(name + "@" + service.text("host"))) {
                lines.add(service.text("host") + " has it: asmp get " + ShellWord.of(called));
            }
        }
    }

    private List<Mapping> services(String query) {
        try {
            return JsonReader.mappings(session.get("/services" + query));
        } catch (RegistryException _) {
            return List.of(); // a suggestion is not worth a failure
        }
    }

    /** The rows of those who provide a capability, with an encoded query. */
    static byte[] providers(String capability, @Nullable String hosts, CommandContext session) {
        return session.get("/capabilities?provides=" + UrlEncoding.encode(capability)
                + FindCommand.hosts(hosts, "&"));
    }

    /** Fails where a filter is none of the words that there are. */
    static void requireKnown(String option, @Nullable String value, List<String> words) {
        if (value != null && !words.contains(value)) {
            throw new UsageError(option + " is one of " + String.join(", ", words) + ", not '" + value + "'"
                    + Help.nearest(value, words));
        }
    }
}
