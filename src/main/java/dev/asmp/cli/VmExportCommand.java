package dev.asmp.cli;

import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.store.PrivateFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code asmp vm export FILE}: a JSON line per VM, the oldest registration first, and one per record beside them. */
final class VmExportCommand implements Command {
    private static final int PAGE = 500;

    @Override
    public CommandSpec spec() {
        return new CommandSpec("vm export", "FILE",
                "write all VMs into a new file, a JSON line each, for 'asmp vm import'",
                List.of(), List.of("asmp vm export fleet.jsonl", "asmp vm export - | wc -l"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws IOException {
        String name = arguments.operand("the FILE");
        List<Document> vms = new ArrayList<>(vms(session));
        int count = vms.size();
        boolean here = MovedRecords.areHere(session);
        if (here) {
            vms.addAll(MovedRecords.read(session));
        }
        if (name.equals("-")) {
            write(vms, session.out());
            session.out().flush();
            return DONE;
        }
        Path file = Path.of(name);
        try (OutputStream out = new BufferedOutputStream(Channels.newOutputStream(PrivateFiles.open(
                file.toAbsolutePath(), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))))) {
            write(vms, out);
        } catch (FileAlreadyExistsException _) {
            throw new CommandFailure(file + " exists already: an export replaces nothing");
        } catch (IOException e) {
            throw new CommandFailure(file + " could not be written: " + IoReason.of(e, file));
        }
        int records = vms.size() - count;
        session.out().println("wrote " + count + (count == 1 ? " VM" : " VMs")
                + (records == 0 ? "" : " and " + MovedRecords.counted(records)) + " to " + Terminal.clean(name)
                + (here ? "" : "; records of agents and commits are written on the host of the registry only"));
        return DONE;
    }

    /** All VMs of the fleet, the oldest registration first. */
    static List<Document> vms(CommandContext session) {
        List<Document> vms = new ArrayList<>();
        String after = null;
        do {
            byte[] page = VmOptions.ask(session, "GET", "/registry/vms?whole=true&limit=" + PAGE
                    + (after == null ? "" : "&after=" + UrlEncoding.encode(after)), null);
            Json.readItems(page, "vms", vms::add);
            after = Json.readTrusted(page) instanceof Mapping answer ? answer.text("next") : null;
        } while (after != null);
        return vms.reversed();
    }

    private static void write(List<Document> vms, OutputStream out) throws IOException {
        for (Document vm : vms) {
            out.write(Json.write(vm));
            out.write('\n');
        }
    }
}
