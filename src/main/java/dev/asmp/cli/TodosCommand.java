package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryException;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.util.List;

final class TodosCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("todos", "", "list open notes: what was noted and is not registered yet",
                List.of(OptionSpec.flag("--all", "include those registered in the meantime")),
                List.of("asmp todos", "asmp todos --all --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        byte[] answer = notes(arguments.has("--all"), session);
        List<Mapping> notes = JsonReader.mappings(JsonReader.mapping(answer), "discoveries");
        if (session.json()) {
            session.printJson(Json.write(new Sequence(List.copyOf(notes))));
            return DONE;
        }
        if (notes.isEmpty()) {
            session.out().println("no open notes");
            return DONE;
        }
        Table table = new Table("NAME", "STATUS", "NOTED", "NOTE");
        for (Mapping note : notes) {
            String noted = ServiceTable.or(note.text("discovered_at"), "-");
            table.add(ServiceTable.or(note.text("name"), "?"), ServiceTable.or(note.text("status"), "todo"),
                    noted.length() >= 10 ? noted.substring(0, 10) : noted, ServiceTable.or(note.text("note"), ""));
        }
        session.out().print(table.render(session.terminal()));
        return DONE;
    }

    /** Asks the registry; without one, reads every note in the file, since only the registry knows which are done. */
    private static byte[] notes(boolean all, CommandContext session) {
        try {
            return session.get("/discoveries" + (all ? "?pending=false" : ""));
        } catch (RegistryException.Unreachable _) {
            if (!session.json()) {
                session.err().println("no registry answers: these are all notes, open or done");
            }
            return Json.write(new LocalNotes(session.environment()).all());
        }
    }
}
