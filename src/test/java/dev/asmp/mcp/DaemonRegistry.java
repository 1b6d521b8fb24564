package dev.asmp.mcp;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.client.RegistryApi;
import dev.asmp.client.RegistryFinder;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** The routes of a real daemon as the tools ask them, with mail and wiki registered, and a record of what was asked. */
final class DaemonRegistry implements RegistryApi, AutoCloseable {
    private static final List<String> TWO = List.of("""
            {"name": "mail", "description": "sends mail", "aliases": ["post"], "section": "office",
             "capabilities": {"provides": ["email.send", "email.search"]},
             "endpoints": [{"protocol": "http", "host": "127.0.0.1", "port": 7100, "path": "/api"}]}""", """
            {"name": "wiki", "description": "keeps notes", "section": "tools",
             "capabilities": {"provides": ["page.read"]}}""");

    final RunningDaemon daemon;
    final List<String> asked = new CopyOnWriteArrayList<>();

    DaemonRegistry(Path folder) throws Exception {
        this(folder, "");
    }

    DaemonRegistry(Path folder, String moreProfile) throws Exception {
        daemon = new RunningDaemon(folder, new TestClock(Instant.parse("2026-11-20T12:00:00Z")), moreProfile);
        TWO.forEach(manifest -> put((Mapping) Json.read(Talk.bytes(manifest))));
    }

    /** Forgets what a test registered and what it asked. */
    void restore() throws Exception {
        for (String name : ((Sequence) daemon.get("/services").document()).items().stream()
                .map(entry -> String.valueOf(((Mapping) entry).text("name"))).toList()) {
            if (!Set.of("mail", "wiki").contains(name)) {
                call(Request.of("DELETE", "/services/" + name));
            }
        }
        asked.clear();
    }

    /** Announces a manifest; the keys that every manifest has are added. */
    void put(Mapping manifest) {
        Mapping whole = manifest.with("asmp", Scalar.text("0.1")).with("kind", Scalar.text("service"));
        Reply reply = call(Request.json("POST", "/services/announce", Json.write(whole)));
        if (reply.isError()) {
            throw new AssertionError(error(reply));
        }
    }

    @Override
    public Reply call(Request request) {
        asked.add(request.method() + " " + request.path());
        Map<String, String> variables = Map.of("HOME", "/nowhere", "ASMP_REGISTRY_URL", daemon.url());
        return new RegistryFinder(new Environment(variables, FileSystems.getDefault())).call(request);
    }

    @Override
    public void close() {
        daemon.close();
    }
}
