package dev.asmp.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.document.Yaml;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fit of a mod to its service. */
class ModTest {
    private static final int MANY = 100_000;

    private static Mapping capabilities(String prefix) {
        List<String> names = IntStream.range(0, MANY).mapToObj(i -> prefix + i).toList();
        return Mapping.builder().put("provides", Sequence.ofTexts(names)).build();
    }

    @Test
    void manyCapabilitiesAreComparedInOnePass() {
        Manifest service = Manifest.of(((Mapping) Yaml.read("{asmp: '0.1', kind: service, name: a, description: d}"))
                .with("capabilities", capabilities("a.")));
        Mod mod = Mod.of(Mapping.builder().put("name", "m").put("capabilities", capabilities("b.")).build());
        assertEquals(null, assertTimeoutPreemptively(Duration.ofSeconds(3), () -> mod.unfitFor(service)));
    }

    private static Mod mod(String more) {
        return Mod.of(Yaml.read("{name: spam, " + more + "}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            provides: [a.c]                               | -
            provides: [a.c, a.b]                          | provides 'a.b', which mail provides already
            provides: [a.c], requires: [a.b]              | -
            provides: [a.c], requires: [a.b, x.y]         | requires 'x.y', which mail does not provide
            """)
    void aModFitsWhatItsServiceProvides(String capabilities, @Nullable String why) {
        assertEquals(why, mod("capabilities: {" + capabilities + "}").unfitFor(Manifests.of("mail", "1", "a.b")));
    }

    @Test
    void aModAttachesToWhatItsServiceProvides() {
        Manifest mail = Manifests.of("mail", "1", "a.b");
        assertNull(mod("capabilities: {provides: [c.d]}, attaches_to: [a.b]").unfitFor(mail));
        assertEquals("attaches to 'x.y', which mail does not provide",
                mod("capabilities: {provides: [c.d]}, attaches_to: [a.b, x.y]").unfitFor(mail));
    }

    @Test
    void whatAModSaysIsTakenOnceEach() {
        Mod mod = mod("capabilities: {provides: [c.d, c.d], requires: ~}, description: words, more: 1");
        assertEquals(List.of("c.d"), mod.provides());
        assertEquals(List.of(), mod.requires());
        assertEquals("words", mod.description());
        assertEquals("", mod("capabilities: {provides: [c.d]}").description());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {capabilities: {provides: [a.b]}}            | name: is required
            {name: '-', capabilities: {provides: [a.b]}} | name: '-' is not allowed
            {name: m}                                    | capabilities.provides: must name at least one capability
            {name: m, capabilities: {provides: []}}      | capabilities.provides: must name at least one capability
            {name: m, capabilities: {provides: [' ']}}   | capabilities.provides: must hold capabilities as text
            {name: m, capabilities: {provides: [1]}}     | capabilities.provides: must hold capabilities as text, but holds a number
            {name: m, capabilities: {provides: a.b}}     | capabilities.provides: must be a list of capabilities, but is text
            {name: m, capabilities: {provides: [a.b], requires: {}}} | capabilities.requires: must be a list of capabilities, but is a mapping
            {name: m, attaches_to: 1, capabilities: {provides: [a.b]}} | attaches_to: must be a list of capabilities, but is a number
            """)
    void aModThatIsNoneIsRefusedByOneProblem(String yaml, String message) {
        List<Problem> problems = assertThrows(InvalidDocumentException.class, () -> Mod.of(Yaml.read(yaml))).problems();
        assertEquals(1, problems.size(), problems::toString);
        String told = problems.getFirst().field() + ": " + problems.getFirst().message();
        assertTrue(told.startsWith(message), told);
    }
}
