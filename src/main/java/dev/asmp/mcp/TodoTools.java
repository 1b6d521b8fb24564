package dev.asmp.mcp;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Collectors;

/** The tools for notes on services that are missing. */
final class TodoTools {
    private static final int SHOWN = 50;
    private static final int NOTE_IN_TEXT = 160;
    /** The pages of 1,000 notes that are read for the newest, which come last. */
    private static final int PAGES = 100;

    static final Tool TODO = new Tool("service_todo", "Note a missing service",
            """
                    Note that something is missing, or exists here unregistered. Call it when service_find finds nothing and you go on
                    without it. The note closes when its name is registered or provided.""",
            Tool.Effect.ADDS,
            Schema.object()
                    .text("name", "Service or capability.")
                    .text("note", "Who needs it, what for.", 8_192)
                    .text("repo")
                    .text("hint")
                    .requires("name"),
            Schema.object().requires("name"), TodoTools::todo);

    static final Tool TODOS = new Tool("service_todos", "List what is missing",
            "List open notes of service_todo. Call it to find something useful to build or register.",
            Tool.Effect.READS, Schema.object(), Schema.object().requires("total", "todos"), TodoTools::todos);

    private TodoTools() {}

    private static Tool.Answer todo(Tool.Call call) {
        ToolArguments arguments = call.arguments();
        String note = arguments.text("note");
        Mapping done = call.registry().post("/discoveries",
                Mapping.builder().put("name", arguments.required("name")).put("note", note)
                        .put("repo", arguments.text("repo")).put("hint", arguments.text("hint"))
                        .put("found_by", call.client()).build());
        String name = TextSanitizer.line(done.text("name"), 128);
        return new Tool.Answer("Noted " + name + (note == null ? "; with a note others would know who needs it." : "."),
                Mapping.builder().put("name", name).put("status", done.get("status"))
                        .put("discovered_at", done.get("discovered_at")).build());
    }

    private static Tool.Answer todos(Tool.Call call) {
        ArrayDeque<Document> newest = new ArrayDeque<>();
        int total = 0;
        String page = "/discoveries";
        for (int i = 0; page != null && i < PAGES; i++) {
            RegistryCalls.Listed listed = call.registry().getEach(page, "discoveries", note -> {
                newest.addFirst(note);
                if (newest.size() > SHOWN) {
                    newest.removeLast();
                }
            });
            total += listed.count();
            page = listed.next();
        }
        List<Mapping> shown = newest.stream().filter(Mapping.class::isInstance).map(note -> summary((Mapping) note))
                .toList();
        String text = shown.isEmpty()
                ? "There are no open notes."
                : shown.stream().map(TodoTools::line).collect(Collectors.joining("\n"))
                        + (total > shown.size() ? "\n" + (total - shown.size()) + " older notes" : "");
        return new Tool.Answer(text,
                Mapping.builder().put("total", total).put("todos", new Sequence(List.copyOf(shown))).build());
    }

    private static String line(Mapping note) {
        String text = TextSanitizer.line(note.text("note"), NOTE_IN_TEXT);
        return note.text("name") + (text == null ? "" : ": " + text)
                + (note.text("found_by") == null ? "" : " (" + note.text("found_by") + ")");
    }

    private static Mapping summary(Mapping note) {
        return Mapping.builder().put("name", TextSanitizer.line(note.text("name"), 128))
                .put("note", TextSanitizer.line(note.text("note"), 300))
                .put("repo", TextSanitizer.line(note.text("repo"), 200))
                .put("hint", TextSanitizer.line(note.text("hint"), 200))
                .put("found_by", TextSanitizer.line(note.text("found_by"), 60))
                .put("discovered_at", TextSanitizer.line(note.text("discovered_at"), 40)).build();
    }
}
