package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryException;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.util.List;

final class TodoCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("todo", "NAME", "note something that exists, or should, and is not registered yet",
                List.of(OptionSpec.value("--note", "TEXT", "what it is and who needs it"),
                        OptionSpec.value("--repo", "URL", "where its code is"),
                        OptionSpec.value("--hint", "TEXT", "how to register it"),
                        OptionSpec.value("--found-by", "WHO", "who noticed")),
                List.of("asmp todo invoice-archive --note \"billing needs a place for its PDFs\"",
                        "asmp todo mail --note \"runs on port 7100, has no manifest\" --repo ~/src/mail"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        Mapping note = Mapping.builder().put("name", arguments.operand("the NAME of what you found"))
                .put("note", arguments.value("--note")).put("repo", arguments.value("--repo"))
                .put("hint", arguments.value("--hint")).put("found_by", arguments.value("--found-by")).build();
        try {
            byte[] recorded = session.post("/discoveries", Json.write(note), "application/json");
            return done(recorded, "noted", session);
        } catch (RegistryException.Unreachable _) {
            return append(note, session);
        }
    }

    private static int append(Mapping note, CommandContext session) {
        LocalNotes notes = new LocalNotes(session.environment());
        try {
            return done(Json.write(notes.add(note)), "no registry answers, so it is noted in " + notes.file(), session);
        } catch (InvalidDocumentException | RefusedException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CommandFailure("no registry answers, and the note cannot be written: " + IoReason.sentence(e));
        }
    }

    private static int done(byte[] recorded, String how, CommandContext session) {
        if (session.json()) {
            session.printJson(recorded);
        } else {
            session.out().println(how + ": " + JsonReader.mapping(recorded).text("name"));
        }
        return DONE;
    }
}
