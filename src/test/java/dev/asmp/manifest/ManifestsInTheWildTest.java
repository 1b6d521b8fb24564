package dev.asmp.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests as public repositories ship them are taken with every key, every value and their order. */
class ManifestsInTheWildTest {
    @ParameterizedTest
    @ValueSource(strings = {"docket-md", "mafia", "openrouter-glm-5.2", "staircase"})
    void aManifestInTheWildIsAcceptedWithEverythingInIt(String name) throws IOException {
        byte[] file = file(name);
        Mapping written = (Mapping) Yaml.read(file);
        Manifest manifest = Manifest.read(file);
        assertEquals(name, manifest.name());
        assertEquals(List.of(), manifest.warnings());
        assertEquals(written.texts("x"), manifest.document().texts("x"));
        assertSameText(written, manifest.document());
        assertEquals(keys(written), keys(manifest.document()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"docket-md", "mafia", "openrouter-glm-5.2", "staircase"})
    void aManifestInTheWildComesBackFromYamlAndJson(String name) throws IOException {
        Manifest manifest = Manifest.read(file(name));
        byte[] yaml = Yaml.write(manifest.document()).getBytes(UTF_8);
        assertEquals(manifest, Manifest.read(yaml));
        assertEquals(keys(manifest.document()), keys(Manifest.read(yaml).document()));
        assertEquals(manifest, Manifest.of(Json.read(Json.write(manifest.document()))));
    }

    private static byte[] file(String name) throws IOException {
        String resource = "/manifests/" + name + ".asmp.yaml";
        try (InputStream in = Objects.requireNonNull(ManifestsInTheWildTest.class.getResourceAsStream(resource))) {
            return in.readAllBytes();
        }
    }

    /** The same tree, apart from numbers that are text by contract. */
    private static void assertSameText(Document written, Document kept) {
        if (written instanceof Mapping from && kept instanceof Mapping to) {
            from.fields().forEach((key, value) -> assertSameText(value, Objects.requireNonNull(to.get(key), key)));
        } else if (written instanceof Scalar from && kept instanceof Scalar to) {
            assertEquals(from.text(), to.text());
        } else {
            assertEquals(written, kept);
        }
    }

    /** All keys with their paths, in order. */
    private static String keys(Document document) {
        StringBuilder keys = new StringBuilder();
        if (document instanceof Mapping mapping) {
            mapping.fields().forEach((key, value) -> keys.append(key).append('(').append(keys(value)).append(')'));
        }
        return keys.toString();
    }
}
