package dev.asmp.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The examples that people copy are accepted by the program that they are for. */
class ExamplesTest {
    @Test
    void theExampleManifestIsValidAndHasNothingToWarnAbout() throws IOException {
        Manifest manifest = Manifest.read(Files.readAllBytes(Path.of("examples/asmp.yaml")));
        assertEquals(List.of(), manifest.warnings());
        assertEquals("1.10", manifest.document().text("version"));
        assertTrue(manifest.provides().contains("email.send"));
    }

    @Test
    void theExampleProfileIsValidAndSetsEveryBlock() throws IOException {
        Environment environment = new Environment(Map.of("HOME", "/nowhere"), FileSystems.getDefault());
        HostProfile profile = HostProfile.of(Yaml.read(Files.readAllBytes(Path.of("host.yaml.example"))), environment);
        assertEquals("build-box-1", profile.hostId());
        for (String block : List.of("registry", "discovery", "policy", "observability", "federation")) {
            assertTrue(profile.document().get(block) instanceof Mapping, block);
        }
        assertEquals(List.of(),
                profile.discovery().scanPaths().stream().filter(path -> path.problem() != null).toList());
    }
}
