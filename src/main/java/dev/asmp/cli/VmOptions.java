package dev.asmp.cli;

import dev.asmp.client.FleetClient;
import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryException;
import dev.asmp.client.RegistryFinder;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import dev.asmp.wire.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The options that describe a VM, and their form in a request. */
final class VmOptions {
    static final List<String> ROLES = VmRole.WORDS;
    static final List<String> STATUSES = VmStatus.WORDS;

    static final OptionSpec NAME = OptionSpec.value("--name", "NAME", "what it is called");
    static final OptionSpec ROLE = OptionSpec.value("--role", "ROLE", String.join(", ", ROLES));
    static final OptionSpec STATUS = OptionSpec.value("--status", "STATUS", String.join(", ", STATUSES));
    static final OptionSpec ADDRESS = OptionSpec.value("--address", "HOST", "where others reach it");
    static final OptionSpec SERVICES = OptionSpec.values("--services", "NAME:PORT[/PATH]",
            "a service of it, with the path of its health check; several with commas, or again");
    static final OptionSpec META = OptionSpec.values("--meta", "KEY=VALUE",
            "something else to know of it; again for more");

    private static final Pattern SERVICE = Pattern.compile("([^:/]+):([0-9]{1,5})(/.*)?");

    private VmOptions() {}

    static FleetClient fleet(Environment environment) {
        return new FleetClient(environment, new RegistryFinder(environment));
    }

    /** Asks the fleet's registry; a reply that is an error becomes the command's failure. */
    static byte[] ask(CommandContext session, String method, String path, @Nullable Mapping body) {
        return fleet(session.environment())
                .ask(Request.json(method, path, body == null ? null : Json.write(body)));
    }

    /** Asks about one VM; a failure names it. */
    static byte[] askAbout(String vm, CommandContext session, String method, String path, @Nullable Mapping body) {
        try {
            return ask(session, method, path, body);
        } catch (RegistryException.Unreachable e) {
            throw e;
        } catch (RegistryException e) {
            String reason = String.valueOf(e.getMessage());
            throw new CommandFailure(reason.contains(vm) ? reason : "'" + vm + "': " + reason);
        }
    }

    /** Explains why no VM of a name runs now: none has it, or the one that has it does not run. */
    static String whyNotRunning(String name, CommandContext session) {
        for (Mapping vm : JsonReader.mappings(JsonReader.mapping(ask(session, "GET", "/registry/vms", null)), "vms")) {
            if (name.equals(vm.text("name"))) {
                boolean isSilent = "running".equals(vm.text("status"));
                return "'" + name + "' (" + vm.text("id") + ") is "
                        + (isSilent ? "stale: last seen at " + vm.text("lastSeen") : vm.text("status"));
            }
        }
        return "no VM is called '" + name + "'";
    }

    /** The path of a VM. */
    static String path(String id) {
        return "/registry/vms/" + UrlEncoding.encode(id);
    }

    /** The fields of a request as the options say; services and metadata only where they are given. */
    static Mapping.Builder of(CommandArguments arguments) {
        Suggestions.requireKnown("--role", arguments.value("--role"), ROLES);
        Suggestions.requireKnown("--status", arguments.value("--status"), STATUSES);
        return Mapping.builder().put("name", arguments.value("--name")).put("role", arguments.value("--role"))
                .put("status", arguments.value("--status")).put("address", arguments.value("--address"))
                .put("services", services(arguments)).put("metadata", metadata(arguments));
    }

    /** The services; an empty text stands for none of them. */
    static @Nullable Sequence services(CommandArguments arguments) {
        if (!arguments.has("--services")) {
            return null;
        }
        List<Document> services = new ArrayList<>();
        for (String value : arguments.values("--services")) {
            for (String written : value.split(",", -1)) {
                if (!written.isBlank()) {
                    services.add(service(written.strip()));
                }
            }
        }
        return new Sequence(services);
    }

    private static Mapping service(String written) {
        Matcher matcher = SERVICE.matcher(written);
        int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
        if (port < 1 || port > 65_535) {
            throw new UsageError("'" + written + "' is no service such as web:8080 or web:8080/health");
        }
        return Mapping.builder().put("name", matcher.group(1)).put("port", port)
                .put("healthPath", matcher.group(3)).build();
    }

    /** The metadata; an empty text stands for none. */
    static @Nullable Mapping metadata(CommandArguments arguments) {
        if (!arguments.has("--meta")) {
            return null;
        }
        LinkedHashMap<String, Document> metadata = new LinkedHashMap<>();
        for (String written : arguments.values("--meta")) {
            int equals = written.indexOf('=');
            if (equals > 0) {
                metadata.put(written.substring(0, equals), Scalar.text(written.substring(equals + 1)));
            } else if (!written.isEmpty()) {
                throw new UsageError("'" + written + "' is not KEY=VALUE");
            }
        }
        return new Mapping(metadata);
    }
}
