package dev.asmp.mcp;

import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.util.ArrayList;
import java.util.List;

/** The tools that put services into the registry. */
final class RegisterTools {
    private static final int PROBLEMS = 20;

    static final Tool REGISTER = new Tool("service_register", "Register a service",
            """
                    Register a service that exists on this machine and has no manifest of its own, so that others find it. Call it
                    after you have built or started something that lasts. An entry of the same name is replaced. If the software has a
                    repository, better write an asmp.yaml into it and call service_scan; a program that is running now and may go
                    away uses service_announce. Something that does not exist yet is noted with service_todo.""",
            Tool.Effect.REPLACES,
            Schema.object().text("name", "Letters, digits, dot, dash, underscore; what others will call it.")
                    .text("description", "One sentence: what it does and for whom.")
                    .texts("provides", "Its capabilities, dotted: domain.action, for example [\"email.send\"].")
                    .whole("port", "The port on 127.0.0.1 where it speaks HTTP, if it does.", 1, 65_535)
                    .text("health_url",
                            "A URL that answers 2xx while it is well, for example http://127.0.0.1:7100/health.")
                    .text("repo", "Where its code is: a path or a URL.").requires("name", "description", "provides"),
            Schema.answer().text("name", "The service.")
                    .text("status", "registered, or pending: a person must approve it.")
                    .text("hint", "What to do next.").requires("name", "status"),
            RegisterTools::register);

    static final Tool ANNOUNCE = new Tool("service_announce", "Announce a running service",
            """
                    Announce a running service with a whole ASMP manifest: endpoints, health, aliases, everything. Call it when
                    service_register says too little, or when the entry should vanish by itself: with ttl it counts as gone unless it
                    is announced again in time. Required in the manifest: asmp ("0.1"), kind, name,
                    capabilities.provides.""",
            Tool.Effect.REPLACES,
            Schema.object()
                    .anything("manifest",
                            "{\"asmp\": \"0.1\", \"kind\": \"service\", \"name\": \"mail\", \"description\":"
                                    + " \"…\", \"capabilities\": {\"provides\": [\"email.send\"]}, \"endpoints\": [{\"protocol\":"
                                    + " \"http\", \"host\": \"127.0.0.1\", \"port\": 7100}]}")
                    .text("ttl",
                            "How long it counts as there without another announce, such as 5m; for good if left out.")
                    .requires("manifest"),
            Schema.answer().text("name", "The service.")
                    .text("status", "registered, or pending: a person must approve it.")
                    .whole("generation", "Grows with every accepted announce and change.").text("host", "This machine.")
                    .text("hint", "What to do next.").requires("name", "status"),
            RegisterTools::announce);

    static final Tool SCAN = new Tool("service_scan", "Scan for manifests",
            """
                    Look for asmp.yaml manifests on this machine now, instead of at the next periodic scan. Call it after you wrote,
                    changed or removed a manifest, or when service_find misses something that has one; the answer says which files
                    could not be used and why. It is not needed before service_find.""",
            Tool.Effect.REFRESHES, Schema.object(),
            Schema.answer().whole("scanned", "Valid manifests seen.").whole("registered", "Of these, new.")
                    .whole("updated", "Of these, known before.").whole("skipped", "Files that could not be used.")
                    .whole("stale", "Entries whose manifest is gone.")
                    .list("problems", "Files that could not be used, the first few.",
                            Schema.object().text("path", "The file.").text("error", "What is wrong with it."))
                    .list("conflicts", "Names that two manifests claim.",
                            Schema.object().text("name", "The name.").text("kept", "Who has it.")
                                    .text("ignored", "Who wants it too."))
                    .requires("scanned"),
            RegisterTools::scan);

    private RegisterTools() {}

    private static Mapping register(Tool.Call call) {
        ToolArguments arguments = call.arguments();
        if (arguments.given().texts("provides").isEmpty()) {
            throw new ToolFailure("provides must name at least one capability, such as [\"email.send\"]: it is what the"
                    + " service is found by.");
        }
        Mapping.Builder manifest = Mapping.builder().put("asmp", "0.1").put("kind", "service")
                .put("name", arguments.required("name")).put("description", arguments.required("description"))
                .put("capabilities", Mapping.builder().put("provides", arguments.given().get("provides")).build());
        int port = arguments.whole("port", 0);
        if (port > 0) {
            manifest.put("endpoints", new Sequence(List.of(Mapping.builder().put("protocol", "http")
                    .put("host", "127.0.0.1").put("port", port).build())));
        }
        String health = arguments.text("health_url");
        if (health != null) {
            manifest.put("health", Mapping.builder().put("method", "http").put("target", health).build());
        }
        Mapping done = call.registry().post("/services", manifest.put("repo", arguments.text("repo")).build());
        return outcome(done, arguments.required("name"));
    }

    private static Mapping announce(Tool.Call call) {
        String ttl = call.arguments().text("ttl");
        Mapping manifest = call.arguments().given().mapping("manifest");
        return outcome(
                call.registry().post("/services/announce" + (ttl == null ? "" : "?ttl=" + UrlEncoding.encode(ttl)),
                        manifest),
                String.valueOf(manifest.text("name")));
    }

    private static Mapping outcome(Mapping done, String name) {
        String status = done.text("status") == null ? "registered" : String.valueOf(done.text("status"));
        return Mapping.builder().put("name", TextSanitizer.line(name, 128)).put("status", status)
                .put("generation", done.get("generation")).put("host", TextSanitizer.line(done.text("host"), 128))
                .put("hint", status.equals("pending")
                        ? "It is not found by others until a person approves it: asmp approve "
                                + TextSanitizer.line(name, 128)
                        : null)
                .build();
    }

    private static Mapping scan(Tool.Call call) {
        Mapping scan = call.registry().post("/discover/scan", null);
        Mapping.Builder answer = Mapping.builder();
        for (String count : List.of("scanned", "registered", "updated", "skipped", "stale")) {
            answer.put(count, scan.get(count));
        }
        return answer.put("problems", few(scan, "problems")).put("conflicts", few(scan, "conflicts")).build();
    }

    private static Sequence few(Mapping scan, String key) {
        List<Document> few = new ArrayList<>();
        for (Document item : scan.list(key)) {
            if (item instanceof Mapping && few.size() < PROBLEMS) {
                few.add(TextSanitizer.document(item, 500, 10));
            }
        }
        return new Sequence(few);
    }
}
