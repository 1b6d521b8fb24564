package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryException;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.registry.Discoveries;
import dev.asmp.wire.Reply;
import java.util.List;

final class TodosCommand implements Command {
    private static final int PAGE = 1_000;

    @Override
    public CommandSpec spec() {
        return new CommandSpec("todos", "", "list open notes: what was noted and is not registered yet",
                List.of(OptionSpec.flag("--all", "include those registered in the meantime")),
                List.of("asmp todos", "asmp todos --all --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        boolean all = arguments.has("--all");
        int count = 0;
        try {
            String path = "/discoveries" + (all ? "?pending=false" : "");
            while (path != null) {
                Reply page = session.reply(path);
                count = print(JsonReader.mappings(JsonReader.mapping(page.body()), "discoveries"), count, session);
                path = page.nextPage();
            }
        } catch (RegistryException.Unreachable e) {
            if (count > 0) {
                throw e; // some pages are printed already
            }
            if (!session.json()) {
                session.err().println("no registry answers: these are all notes, open or done");
            }
            count = printLocal(session);
        }
        if (session.json()) {
            session.out().println(count == 0 ? "[]" : "]");
        } else if (count == 0) {
            session.out().println("no open notes");
        }
        return DONE;
    }

    /** Without a registry, reads every note in the file, since only the registry knows which are done. */
    private static int printLocal(CommandContext session) {
        LocalNotes notes = new LocalNotes(session.environment());
        int count = 0;
        long after = 0;
        for (boolean more = true; more;) {
            Discoveries.Page page = notes.page(after, PAGE);
            count = print(page.notes().stream().map(Discoveries.Note::document).toList(), count, session);
            after = page.notes().isEmpty() ? after : page.notes().getLast().place();
            more = page.hasMore();
        }
        return count;
    }

    /** Prints a page of the notes; returns how many were printed in all. */
    private static int print(List<Mapping> notes, int before, CommandContext session) {
        if (session.json()) {
            int count = before;
            for (Mapping note : notes) {
                session.out().print(count++ == 0 ? "[" : ",");
                session.out().writeBytes(Json.write(note));
            }
            return count;
        }
        Table table = new Table("NAME", "STATUS", "NOTED", "NOTE");
        for (Mapping note : notes) {
            String noted = ServiceTable.or(note.text("discovered_at"), "-");
            table.add(ServiceTable.or(note.text("name"), "?"), ServiceTable.or(note.text("status"), "todo"),
                    noted.length() >= 10 ? noted.substring(0, 10) : noted, ServiceTable.or(note.text("note"), ""));
        }
        if (!notes.isEmpty()) {
            session.out().print(table.render(session.terminal()));
        }
        return before + notes.size();
    }
}
