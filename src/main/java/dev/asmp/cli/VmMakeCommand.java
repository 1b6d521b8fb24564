package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.RegistryException;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.wire.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code asmp vm create|restore|branch}: makes VMs, which the daemon records. An ephemeral one goes with the command. */
final class VmMakeCommand implements Command {
    private static final Duration LEASE = Duration.ofSeconds(20);
    private static final Duration FAREWELL = Duration.ofSeconds(90);
    private static final OptionSpec EPHEMERAL = OptionSpec.flag("--ephemeral",
            "delete it when this command ends: after the words behind --, which run in it, or when it is stopped");
    private static final OptionSpec COUNT = OptionSpec.value("--count", "N", "how many").orShort("-n");

    private final String verb;

    VmMakeCommand(String verb) {
        this.verb = verb;
    }

    @Override
    public CommandSpec spec() {
        List<OptionSpec> options = new ArrayList<>();
        if (verb.equals("create")) {
            options.add(OptionSpec.value("--cpus", "N", "virtual CPUs"));
            options.add(OptionSpec.value("--memory", "MIB", "memory in MiB"));
            options.add(OptionSpec.value("--disk", "MIB", "disk in MiB"));
            options.add(OptionSpec.value("--image", "NAME", "the image to boot"));
        }
        if (verb.equals("branch")) {
            options.add(COUNT);
        }
        options.addAll(List.of(VmOptions.NAME, VmOptions.ROLE, OptionSpec.flag("--wait", "wait until it has booted"),
                EPHEMERAL));
        return switch (verb) {
            case "create" -> new CommandSpec("vm create", "[-- ARGV...]", "make a VM from an image", options,
                    List.of("asmp vm create --name build --cpus 2 --wait",
                            "asmp vm create --ephemeral -- uname -a"));
            case "restore" -> new CommandSpec("vm restore", "COMMIT|TAG|REPO:TAG [-- ARGV...]",
                    "make a VM from a commit", options, List.of("asmp vm restore golden --name worker-1"));
            default -> new CommandSpec("vm branch", "[ID] [-- ARGV...]", "copy a running VM, memory included", options,
                    List.of("asmp vm branch 3f2a91c0-4b7e-4d0e-9a41-0c6b6b0d9f5e -n 3"));
        };
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws Exception {
        Mapping.Builder body = Mapping.builder();
        if (!verb.equals("create")) {
            boolean restores = verb.equals("restore");
            body.put(restores ? "from" : "branch_of",
                    restores ? arguments.operand("the COMMIT") : VmUseCommand.vm(arguments, session));
        } else if (!arguments.operands().isEmpty()) {
            throw new UsageError("unexpected argument '" + arguments.operands().getFirst() + "'");
        }
        number("--cpus", "cpus", arguments, body);
        number("--memory", "memory_mib", arguments, body);
        number("--disk", "disk_mib", arguments, body);
        number("--count", "count", arguments, body);
        Suggestions.requireKnown("--role", arguments.value("--role"), VmOptions.ROLES);
        boolean isEphemeral = arguments.has(EPHEMERAL.name());
        List<String> argv = arguments.rest();
        if (argv != null && !isEphemeral) {
            throw new UsageError("a command behind -- goes with --ephemeral; else use asmp vm exec");
        }
        body.put("image", arguments.value("--image")).put("name", arguments.value("--name"))
                .put("role", arguments.value("--role")).put("ephemeral", Scalar.bool(isEphemeral))
                .put("wait", Scalar.bool(arguments.has("--wait") || argv != null));
        OwnerClient owner = new OwnerClient(session.environment());
        byte[] answer = owner.ask(Request.json("POST", "/fleet/vms", Json.write(body.build())));
        List<Mapping> vms = JsonReader.mappings(JsonReader.mapping(answer), "vms");
        if (session.json()) {
            session.printJson(answer);
        } else if (argv == null) {
            vms.forEach(vm -> session.out().println(Terminal.clean(vm.text("id") + "  " + vm.text("address"))));
        }
        session.out().flush();
        return isEphemeral
                ? keep(vms.stream().map(vm -> String.valueOf(vm.text("id"))).toList(), argv, owner, session)
                : DONE;
    }

    private static void number(String option, String key, CommandArguments arguments, Mapping.Builder body) {
        String value = arguments.value(option);
        if (value != null) {
            if (!value.matches("[1-9][0-9]{0,8}")) {
                throw new UsageError(option + " must be a whole number greater than 0");
            }
            body.put(key, Long.parseLong(value));
        }
    }

    /** Renews the leases until the command in the VM ends, or until this one is stopped; then deletes the VMs. */
    private static int keep(List<String> ids, @Nullable List<String> argv, OwnerClient owner,
            CommandContext session) throws Exception {
        BackgroundTask task = new BackgroundTask(FAREWELL);
        int[] status = {DONE};
        try {
            if (argv == null) {
                task.untilStopped(background -> renew(ids, owner, background));
            } else {
                Thread renewing = Thread.ofVirtual().start(() -> {
                    try {
                        renew(ids, owner, task);
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
                status[0] = new VmExecCommand("exec").exec(ids.getFirst(), argv, null, session);
                task.stop();
                renewing.interrupt();
            }
        } finally {
            for (String id : ids) {
                owner.ask(Request.of("DELETE", "/fleet/vms/" + UrlEncoding.encode(id)));
            }
        }
        return status[0];
    }

    private static void renew(List<String> ids, OwnerClient owner, BackgroundTask background)
            throws InterruptedException {
        while (!background.isOverWithin(LEASE)) {
            for (String id : ids) {
                try {
                    owner.ask(Request.of("POST", "/fleet/vms/" + UrlEncoding.encode(id) + "/lease"));
                } catch (RegistryException _) {
                    // The daemon restarts; its first minute is a lease of its own.
                }
            }
        }
    }
}
