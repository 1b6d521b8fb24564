package dev.asmp.mcp;

import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Limits;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.document.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tools that put services into the registry. */
final class RegisterTools {
    private static final int PROBLEMS = 20;
    private static final int PROBLEMS_IN_TEXT = 5;

    static final Tool REGISTER = new Tool("service_register", "Register a service",
            """
                    Register a service that exists here without a manifest; an entry of that name is replaced. Call it after you built
                    or started something that lasts. In a repository, write asmp.yaml and call service_scan.""",
            Tool.Effect.REPLACES,
            Schema.object().text("name")
                    .text("description", "One sentence.")
                    .texts("provides", "Such as email.send.")
                    .whole("port", 1, 65_535)
                    .text("health_url", "Answers 2xx while it works.")
                    .text("repo").requires("name", "description", "provides"),
            Schema.object().requires("name", "status"), RegisterTools::register);

    static final Tool ANNOUNCE = new Tool("service_announce", "Announce a running service", """
            Announce a service with a whole manifest. Call it when service_register says too little, or the entry should
            expire: with ttl it goes stale unless announced again.""",
            Tool.Effect.REPLACES,
            Schema.object()
                    .anything("manifest",
                            "{asmp: \"0.1\", kind: \"service\", name, description, capabilities: {provides: []},"
                                    + " endpoints: [{protocol, port}]}")
                    .text("path", "Of a manifest's file, in its place.").text("ttl", "Such as 5m."),
            Schema.object().requires("name", "status"), RegisterTools::announce);

    static final Tool SCAN = new Tool("service_scan", "Scan for manifests",
            """
                    Scan for asmp.yaml manifests now. Call it after you changed one; the answer says which are unusable and why.""",
            Tool.Effect.REFRESHES, Schema.object(), Schema.object().requires("scanned"), RegisterTools::scan);

    private RegisterTools() {}

    private static Tool.Answer register(Tool.Call call) {
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

    private static Tool.Answer announce(Tool.Call call) {
        String ttl = call.arguments().text("ttl");
        Mapping manifest = manifest(call);
        return outcome(
                call.registry().post("/services/announce" + (ttl == null ? "" : "?ttl=" + UrlEncoding.encode(ttl)),
                        manifest),
                String.valueOf(manifest.text("name")));
    }

    /** The manifest itself, or what a file says that the client's user can read. */
    private static Mapping manifest(Tool.Call call) {
        String written = call.arguments().text("path");
        Mapping given = call.arguments().given().mapping("manifest");
        if (written == null ? given.isEmpty() : !given.isEmpty()) {
            throw new ToolFailure("service_announce was not run. It takes either manifest or path.");
        }
        if (written == null) {
            return given;
        }
        if (call.variables() == null) {
            throw new ToolFailure("path works over standard input only, where this program reads files as your user;"
                    + " send the manifest itself.");
        }
        String shown = TextSanitizer.line(written, 300);
        try {
            Path path = Path.of(written);
            if (!Files.isRegularFile(path) || Files.size(path) > Limits.MANIFEST_BYTES) {
                throw new ToolFailure(shown + " is not a file of at most " + Limits.MANIFEST_BYTES + " bytes.");
            }
            if (Yaml.read(Files.readAllBytes(path)) instanceof Mapping read) {
                return read;
            }
            throw new ToolFailure(shown + " is not a manifest, which is a mapping of keys.");
        } catch (IOException | InvalidPathException _) {
            throw new ToolFailure(shown + " cannot be read.");
        } catch (MalformedDocumentException e) {
            throw new ToolFailure(shown + ": " + e.getMessage());
        }
    }

    /** The registry's answer, with what it replaced and warns of. */
    private static Tool.Answer outcome(Mapping done, String written) {
        String name = TextSanitizer.line(written, 128);
        String status = done.text("status") == null ? "registered" : String.valueOf(done.text("status"));
        String hint = status.equals("pending")
                ? "Others do not find it until a person approves it: asmp approve " + name
                : null;
        List<String> warnings = done.texts("warnings");
        Mapping data = Mapping.builder().put("name", name).put("status", TextSanitizer.line(status, 20))
                .put("generation", done.get("generation")).put("host", TextSanitizer.line(done.text("host"), 128))
                .put("replaces", done.get("replaces") instanceof Mapping replaced
                        ? TextSanitizer.document(replaced, 500, 10)
                        : null)
                .put("warnings", warnings.isEmpty() ? null : TextSanitizer.lines(warnings, 300, 10)).put("hint", hint)
                .build();
        List<String> lines = new ArrayList<>();
        lines.add(name + " is " + data.text("status")
                + (data.text("generation") == null ? "" : ", generation " + data.text("generation")) + ".");
        String replaced = replaced(data, name);
        if (replaced != null) {
            lines.add(replaced);
        }
        data.texts("warnings").forEach(warning -> lines.add("Warning: " + warning));
        return new Tool.Answer(ServiceTools.joined(String.join("\n", lines), hint), data);
    }

    private static @Nullable String replaced(Mapping data, @Nullable String name) {
        Mapping replaces = data.mapping("replaces");
        String source = TextSanitizer.line(replaces.text("source"), 300);
        return replaces.isEmpty()
                ? null
                : "It replaces the entry from " + (source == null ? "another source" : source)
                        + (replaces.text("generation") == null
                                ? ""
                                : " (generation " + replaces.text("generation") + ")")
                        + ". Tell your user; if that was not meant, asmp undo " + name + " puts it back.";
    }

    private static Tool.Answer scan(Tool.Call call) {
        Mapping scan = call.registry().post("/discover/scan", null);
        Mapping.Builder answer = Mapping.builder();
        for (String count : List.of("scanned", "registered", "updated", "skipped", "stale")) {
            answer.put(count, scan.get(count));
        }
        Mapping data = answer.put("problems", few(scan, "problems")).put("conflicts", few(scan, "conflicts")).build();
        List<String> lines = new ArrayList<>();
        lines.add(data.text("scanned") + " manifests: " + data.text("registered") + " new, " + data.text("updated")
                + " known; " + data.text("skipped") + " skipped, " + data.text("stale") + " stale.");
        data.list("problems")
                .forEach(item -> lines.add(((Mapping) item).text("path") + ": " + ((Mapping) item).text("error")));
        data.list("conflicts").forEach(item -> lines.add("two manifests claim " + ((Mapping) item).text("name") + ": "
                + ((Mapping) item).text("kept") + " has it, " + ((Mapping) item).text("ignored") + " is ignored"));
        return new Tool.Answer(String.join("\n", lines.subList(0, Math.min(lines.size(), 1 + PROBLEMS_IN_TEXT)))
                + (lines.size() > 1 + PROBLEMS_IN_TEXT
                        ? "\n" + (lines.size() - 1 - PROBLEMS_IN_TEXT) + " more problems"
                        : ""),
                data);
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
