package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.document.FileStamp;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Manifest;
import dev.asmp.registry.Dependencies.Edge;
import dev.asmp.registry.Dependencies.Kind;
import dev.asmp.registry.Dependencies.Missing;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What services need: edges between those that are there, what is missing, and circles. */
class DependenciesTest {
    private Catalog catalog = Catalog.empty(Registries.PLENTY);

    private void put(Manifest manifest, Mods mods) {
        EntryState state = new EntryState(Sync.REGISTER, Status.REGISTERED, 1, Decisions.NOW, null, null, null);
        catalog = catalog.with(new Entry(manifest, mods, state, "box", FileStamp.UNKNOWN));
    }

    /** Registers a service that provides NAME.use, with more keys of its manifest. */
    private void register(String name, String more) {
        put(Manifest.of(Yaml.read(Manifests.yaml(name, "1") + more)), Mods.NONE);
    }

    private void registerRequiring(String name, String capabilities) {
        String yaml = Manifests.yaml(name, "1").replace("provides: [",
                "requires: [" + capabilities + "]\n  provides: [");
        put(Manifest.of(Yaml.read(yaml)), Mods.NONE);
    }

    private Dependencies graph() {
        return Dependencies.of(catalog);
    }

    @Test
    void aRequirementLeadsToItsProviderAndIsHardWhereThereIsOne() {
        registerRequiring("mail", "disk.use, disk.use, fax.send");
        register("disk", "");
        Dependencies graph = graph();
        assertEquals(List.of(new Edge("mail", "disk", Kind.REQUIRES, "disk.use", true)), graph.edges());
        assertEquals(List.of(new Missing("mail", Kind.REQUIRES, "fax.send")), graph.missing());
        assertEquals(List.of("disk", "mail"), graph.nodes().stream().map(Dependencies.Node::name).toList());
        assertEquals(catalog.find("mail"), graph.nodes().getLast().entry());
        assertEquals(List.of(), graph.cycles());
        assertFalse(graph.isCut());
    }

    @Test
    void ofSeveralProvidersTenAreShownAndNoneIsHard() {
        registerRequiring("mail", "disk.*");
        for (int i = 10; i < 22; i++) {
            put(Manifests.of("disk" + i, "1", "disk.n" + i), Mods.NONE);
        }
        List<Edge> edges = graph().edges();
        assertEquals(10, edges.size());
        assertEquals(new Edge("mail", "disk10", Kind.REQUIRES, "disk.*", false), edges.getFirst());
    }

    @Test
    void whatAServiceProvidesItselfIsNoEdge() {
        registerRequiring("mail", "mail.use");
        assertEquals(List.of(), graph().edges());
        assertEquals(List.of(), graph().missing());
    }

    @Test
    void aServiceIsRunAfterAnother() {
        register("mail", "run: {depends_on: [disk, {name: fax, kind: soft}, {name: telex, kind: hard}, [odd], {}]}\n");
        register("disk", "runtime: {depends_on: [fax]}\n");
        register("fax", "");
        assertEquals(List.of(new Edge("disk", "fax", Kind.DEPENDS_ON, null, true),
                new Edge("mail", "disk", Kind.DEPENDS_ON, null, true),
                new Edge("mail", "fax", Kind.DEPENDS_ON, null, false)), graph().edges());
        assertEquals(List.of(new Missing("mail", Kind.DEPENDS_ON, "telex")), graph().missing());
    }

    @Test
    void aModIsANodeBelowItsServiceAndItsCapabilityLeadsToTheService() {
        put(Manifests.of("mail", "1"), Mods.of(List.of(Decisions.json(
                "{'name': 'spam', 'capabilities': {'provides': ['spam.filter']}}"))));
        registerRequiring("post", "spam.filter");
        Dependencies graph = graph();
        assertEquals(List.of(new Edge("mail", "mail/spam", Kind.MOD, null, false),
                new Edge("post", "mail", Kind.REQUIRES, "spam.filter", true)), graph.edges());
        assertEquals(List.of("mail", "mail/spam", "post"),
                graph.nodes().stream().map(Dependencies.Node::name).toList());
        assertEquals(List.of(true, false, true), graph.nodes().stream().map(node -> node.entry() != null).toList());
    }

    @Test
    void servicesThatNeedEachOtherAreACircle() {
        registerRequiring("a", "b.use");
        register("b", "run: {depends_on: [a]}\n");
        registerRequiring("c", "a.use");
        assertEquals(List.of(List.of("a", "b")), graph().cycles());
    }

    @Test
    void aGraphOfTooManyEdgesIsCut() {
        Sequence all = Sequence.ofTexts(IntStream.range(0, 5_000).mapToObj(i -> "s" + i).toList());
        Mapping run = Mapping.builder().put("depends_on", all).build();
        for (int i = 0; i < 9; i++) {
            put(Manifest.of(Manifests.of("s" + i, "1").document().with("run", run)), Mods.NONE);
        }
        assertFalse(graph().isCut());
        put(Manifest.of(Manifests.of("s9", "1").document().with("run", run)), Mods.NONE);
        assertTrue(graph().isCut());
        put(Manifest.of(Manifests.of("t", "1").document().with("run", run)), Mods.NONE);
        assertEquals(50_000, graph().edges().size() + graph().missing().size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            # edges              | circles
            ab bc                | -
            aa                   | a
            ab ba                | ab
            ab bc ca             | abc
            ab bc cb cd          | bc
            ab ba bc cd dc       | ab cd
            ab bc ca cd de ec    | abcde
            ab ac bd cd da       | abcd
            ab ac cb bd dc       | bcd
            ab ac bd cd          | -
            ab bc cd db ae ef fe | bcd ef
            ba ca cb ac          | abc
            """)
    void circlesAreFoundWhereverTheyBegin(String edges, String circles) {
        Map<String, List<String>> next = new TreeMap<>();
        for (String name : List.of("a", "b", "c", "d", "e", "f")) {
            next.put(name, edges.lines().flatMap(line -> List.of(line.split(" ")).stream())
                    .filter(edge -> edge.startsWith(name)).map(edge -> edge.substring(1)).toList());
        }
        List<String> expected = circles == null ? List.of() : List.of(circles.split(" "));
        assertEquals(expected.stream().sorted().toList(),
                Cycles.in(next).stream().map(members -> String.join("", members)).sorted().toList());
    }
}
