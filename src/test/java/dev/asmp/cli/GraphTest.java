package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.cli.Asmp.Run;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphTest {
    @TempDir
    private Path folder;
    private RunningDaemon daemon;
    private Asmp asmp;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "");
        asmp = new Asmp(folder);
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private void write(String name, String capabilities, String more) throws Exception {
        daemon.write(name, "asmp: \"0.1\"\nkind: service\nname: " + name + "\ndescription: d\ncapabilities: {"
                + capabilities + "}\n" + more);
    }

    private void fourServices() throws Exception {
        write("mail", "provides: [mail.send], requires: [page.read, fax.send, mail.send]",
                "run: {depends_on: [{name: store, kind: soft}, nowhere, {name: wiki}]}\n");
        write("wiki", "provides: [page.read], requires: [\"mail.*\"]", "");
        write("mirror", "provides: [page.read]", "");
        write("store", "provides: [row.read]", "");
        daemon.post("/discover/scan");
    }

    private Mapping graph() throws Exception {
        return daemon.get("/graph").mapping();
    }

    @Test
    void requirementsAndDependenciesAreEdgesAndWhatNothingProvidesIsMissing() throws Exception {
        fourServices();
        Mapping graph = graph();
        assertEquals(4, graph.list("nodes").size());
        assertEquals(List.of(
                "{\"from\":\"mail\",\"to\":\"mirror\",\"kind\":\"requires\",\"capability\":\"page.read\",\"hard\":false}",
                "{\"from\":\"mail\",\"to\":\"wiki\",\"kind\":\"requires\",\"capability\":\"page.read\",\"hard\":false}",
                "{\"from\":\"mail\",\"to\":\"store\",\"kind\":\"depends_on\",\"hard\":false}",
                "{\"from\":\"mail\",\"to\":\"wiki\",\"kind\":\"depends_on\",\"hard\":true}",
                "{\"from\":\"wiki\",\"to\":\"mail\",\"kind\":\"requires\",\"capability\":\"mail.*\",\"hard\":true}"),
                graph.list("edges").stream().map(edge -> new String(Json.write(edge), StandardCharsets.UTF_8))
                        .toList());
        assertEquals("[{\"from\":\"mail\",\"kind\":\"requires\",\"name\":\"fax.send\"},"
                + "{\"from\":\"mail\",\"kind\":\"depends_on\",\"name\":\"nowhere\"}]", json(graph, "missing"));
        assertEquals("[[\"mail\",\"wiki\"]]", json(graph, "cycles"));
    }

    private static String json(Mapping graph, String key) {
        return new String(Json.write(Objects.requireNonNull(graph.get(key))), StandardCharsets.UTF_8);
    }

    @Test
    void theGraphFollowsTheRegistryAndAModIsANode() throws Exception {
        fourServices();
        graph();
        daemon.json("POST", "/services/store/mods",
                "{\"name\":\"cache\",\"attaches_to\":[\"row.read\"],\"capabilities\":{\"provides\":[\"fax.send\"],\"requires\":[\"row.read\"]}}");
        Mapping graph = graph();
        assertTrue(json(graph, "nodes").contains("{\"name\":\"store/cache\",\"mod\":true}"), json(graph, "nodes"));
        assertTrue(
                json(graph, "edges").contains(
                        "{\"from\":\"mail\",\"to\":\"store\",\"kind\":\"requires\",\"capability\":\"fax.send\""),
                json(graph, "edges"));
        assertFalse(json(graph, "missing").contains("fax.send"));
    }

    @Test
    void aLongChainIsNoProblemForTheSearchOfCircles() throws Exception {
        StringBuilder yaml = new StringBuilder();
        int services = 3_000;
        for (int i = 0; i < services; i++) {
            yaml.setLength(0);
            write("s" + i, "provides: [c" + i + ".x], requires: [c" + (i + 1) % services + ".x]", yaml.toString());
        }
        daemon.post("/discover/scan");
        assertEquals(services, ((dev.asmp.document.Sequence) graph().list("cycles").getFirst()).items().size());
    }

    @Test
    void theCommandPrintsLinesAndPicturesAndOneServiceAlone() throws Exception {
        fourServices();
        Run all = asmp.run("graph");
        assertEquals(0, all.status(), all.err());
        assertTrue(all.out().contains("mail needs wiki for page.read\n"), all.out());
        assertTrue(all.out().contains("mail is run after store\n"), all.out());
        assertTrue(all.out().contains("mail requires fax.send, which nothing provides\n"), all.out());
        assertTrue(all.out().contains("mail is run after nowhere, which is not registered\n"), all.out());
        assertTrue(all.out().endsWith("in a circle: mail, wiki\n"), all.out());
        assertEquals("mail is run after store\n", asmp.run("graph", "store").out());
        assertEquals(1, asmp.run("graph", "nobody").status());
        String dot = asmp.run("graph", "--dot").out();
        assertTrue(
                dot.startsWith("digraph services {\n") && dot.contains("\"mail\" -> \"wiki\" [label=\"page.read\"];"),
                dot);
        assertTrue(dot.contains("\"fax.send\" [color=red, fontcolor=red];"), dot);
        String mermaid = asmp.run("graph", "--mermaid").out();
        assertTrue(mermaid.startsWith("graph LR\n") && mermaid.contains("-->|page.read|"), mermaid);
        assertEquals(2, asmp.run("graph", "--dot", "--mermaid").status());
    }

    @Test
    void withoutServicesItSaysSo() {
        assertEquals("no service needs another\n", asmp.run("graph").out());
    }
}
