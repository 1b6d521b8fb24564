package dev.asmp.mcp;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.util.ArrayDeque;
import java.util.List;

/** The tools for what is not registered yet. */
final class TodoTools {
    private static final int SHOWN = 50;

    static final Tool TODO = new Tool("service_todo", "Note a missing service",
            """
                    Note that something exists here without being registered, or is missing and should exist. Call it when
                    service_find finds nothing and you go on without it; the note stays until a service of that name is registered.
                    A note promises nothing and starts nothing. If you can register the thing yourself, do that instead:
                    service_register.""",
            Tool.Effect.ADDS,
            Schema.object()
                    .text("name", "What the service is, or would be, called: letters, digits, dot, dash, underscore.")
                    .text("note", "What it is, who needs it and what for.")
                    .text("repo", "Where its code is, if there is some.")
                    .text("hint", "How it could be registered or built.")
                    .requires("name", "note"),
            Schema.answer().text("name", "What was noted.").text("status", "todo.")
                    .text("discovered_at", "When it was noted.").requires("name"),
            TodoTools::todo);

    static final Tool TODOS = new Tool("service_todos", "List what is missing", """
            List what was noted with service_todo and is not registered yet, the newest first. Call it when you look for
            something useful to build or to register, or to see whether a need is known already.""", Tool.Effect.READS,
            Schema.object(),
            Schema.answer().whole("total", "How many notes are pending.")
                    .list("todos", "The newest " + SHOWN + ".",
                            Schema.object().text("name", "What it would be called.").text("note", "What and what for.")
                                    .text("repo", "Where code is.").text("hint", "How it could be done.")
                                    .text("found_by", "Who noted it.").text("discovered_at", "When."))
                    .requires("total", "todos"),
            TodoTools::todos);

    private TodoTools() {}

    private static Mapping todo(Tool.Call call) {
        ToolArguments arguments = call.arguments();
        Mapping done = call.registry().post("/discoveries",
                Mapping.builder().put("name", arguments.required("name")).put("note", arguments.required("note"))
                        .put("repo", arguments.text("repo")).put("hint", arguments.text("hint"))
                        .put("found_by", call.client()).build());
        return Mapping.builder().put("name", TextSanitizer.line(done.text("name"), 128))
                .put("status", done.get("status"))
                .put("discovered_at", done.get("discovered_at")).build();
    }

    private static Mapping todos(Tool.Call call) {
        ArrayDeque<Document> newest = new ArrayDeque<>();
        int total = call.registry().getEach("/discoveries", "discoveries", note -> {
            newest.addFirst(note);
            if (newest.size() > SHOWN) {
                newest.removeLast();
            }
        });
        List<Document> shown = newest.stream().filter(Mapping.class::isInstance).map(note -> summary((Mapping) note))
                .toList();
        return Mapping.builder().put("total", total).put("todos", new Sequence(shown)).build();
    }

    private static Document summary(Mapping note) {
        return Mapping.builder().put("name", TextSanitizer.line(note.text("name"), 128))
                .put("note", TextSanitizer.line(note.text("note"), 300))
                .put("repo", TextSanitizer.line(note.text("repo"), 200))
                .put("hint", TextSanitizer.line(note.text("hint"), 200))
                .put("found_by", TextSanitizer.line(note.text("found_by"), 60))
                .put("discovered_at", TextSanitizer.line(note.text("discovered_at"), 40)).build();
    }
}
