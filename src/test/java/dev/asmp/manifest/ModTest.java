package dev.asmp.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.document.Yaml;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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
}
