package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Document;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code asmp vm import FILE}: adds the VMs of an export, with their times and in their order. */
final class VmImportCommand implements Command {
    private static final int MOST = 200;
    private static final int BYTES = 500_000;

    @Override
    public CommandSpec spec() {
        return new CommandSpec("vm import", "FILE",
                "add the VMs that 'asmp vm export' wrote, with their times and in their order",
                List.of(OptionSpec.flag("--merge", "also into a registry that holds another fleet")),
                List.of("asmp vm import fleet.jsonl",
                        "asmp vm export - | VERS_INFRA_URL=http://b:3000 asmp vm import -"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws IOException {
        String name = arguments.operand("the FILE");
        List<Mapping> records = new ArrayList<>();
        List<Mapping> vms = read(name, records);
        if (!records.isEmpty() && !MovedRecords.areHere(session)) {
            throw new CommandFailure(name + " holds " + MovedRecords.counted(records.size())
                    + ", which a registry takes from its own host only: run it there, as the owner;"
                    + " nothing was imported");
        }
        if (!arguments.has("--merge")) {
            refuseAnotherFleet(vms, session);
        }
        // Before the VMs, whose entries show those about them.
        int recorded = records.isEmpty() ? 0 : MovedRecords.write(session, records);
        int added = 0;
        List<Document> part = new ArrayList<>();
        int bytes = 0;
        for (Mapping vm : vms) {
            int length = Json.write(vm).length;
            if (!part.isEmpty() && (part.size() == MOST || bytes + length > BYTES)) {
                added += send(part, session);
                part.clear();
                bytes = 0;
            }
            part.add(vm);
            bytes += length;
        }
        added += part.isEmpty() ? 0 : send(part, session);
        if (session.json()) {
            session.printJson(
                    Json.write(Mapping.builder().put("added", added).put("kept", vms.size() - added).build()));
        } else {
            session.out().println("added " + added + (added == 1 ? " VM" : " VMs")
                    + (added == vms.size() ? "" : "; " + (vms.size() - added) + " were registered already"));
            if (recorded > 0) {
                session.out().println("added " + MovedRecords.counted(recorded)
                        + "; a restart of the registry attaches it to its agents");
            }
        }
        return DONE;
    }

    private static int send(List<Document> part, CommandContext session) {
        byte[] answer = VmOptions.ask(session, "POST", "/registry/import",
                Mapping.builder().put("vms", new Sequence(part)).build());
        return Integer.parseInt(ServiceTable.or(JsonReader.mapping(answer).text("added"), "0"));
    }

    /** A VM that is there and not in the file, or was registered at another time, belongs to another fleet. */
    private static void refuseAnotherFleet(List<Mapping> vms, CommandContext session) {
        Map<String, String> times = new HashMap<>();
        vms.forEach(vm -> times.put(vm.text("id"), vm.text("registeredAt")));
        for (Document one : VmExportCommand.vms(session)) {
            if (one instanceof Mapping there
                    && !String.valueOf(there.text("registeredAt")).equals(times.get(there.text("id")))) {
                throw new CommandFailure("the registry holds another fleet already ('" + there.text("id")
                        + "' is not in the file); --merge adds the VMs that it lacks");
            }
        }
    }

    /** Reads the VMs; records beside them go into a list. */
    private static List<Mapping> read(String name, List<Mapping> records) throws IOException {
        List<Mapping> vms = new ArrayList<>();
        int number = 0;
        try (BufferedReader lines = new BufferedReader(reader(name))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    if (!(Json.read(line.getBytes(StandardCharsets.UTF_8)) instanceof Mapping vm)
                            || (!isVm(vm) && !MovedRecords.isRecord(vm))) {
                        throw new CommandFailure(name + ", line " + number + " is no VM; nothing was imported");
                    }
                    (isVm(vm) ? vms : records).add(vm);
                }
            }
        } catch (MalformedDocumentException e) {
            throw new CommandFailure(name + ", line " + number + ": " + e.getMessage() + "; nothing was imported");
        } catch (IOException e) {
            throw new CommandFailure(name + " cannot be read: " + IoReason.of(e, Path.of(name)));
        }
        return vms;
    }

    private static boolean isVm(Mapping line) {
        return line.text("id") != null && line.text("registeredAt") != null;
    }

    private static Reader reader(String name) throws IOException {
        return new InputStreamReader(name.equals("-")
                ? System.in
                : Files.newInputStream(Path.of(name)), StandardCharsets.UTF_8);
    }
}
