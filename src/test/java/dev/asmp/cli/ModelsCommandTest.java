package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.manifest.ModelKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models as people and scripts ask for them, with keys that never leave the caller's environment. */
class ModelsCommandTest {
    private static final String KEY = "GLM_API_KEY";
    private static final String GLM = """
            asmp: "0.1"
            kind: ai-model
            name: glm
            description: writes code
            model: {provider: openrouter, model_id: z/glm, base_url: 'https://llm.example.org/v1', context_window: 200000}
            capabilities: {provides: [llm.code_generation]}
            pricing: {input_per_1m: 0.60, output_per_1m: 2.20}
            secret: {env_var: %s, digest: 'sha256:%s'}
            """
            .formatted(KEY, "0".repeat(64));

    @TempDir
    private Path folder;
    private RunningDaemon daemon;
    private Path file;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "");
        file = Files.writeString(folder.resolve("glm.yaml"), GLM);
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private Asmp asmp() {
        return new Asmp(folder);
    }

    private Asmp keyed() {
        return asmp().with(KEY, "k1");
    }

    @Test
    void withTheRightKeyAModelIsVerifiedAndRecommended() throws Exception {
        assertEquals("no models yet: asmp models register FILE takes a manifest of kind ai-model\n",
                asmp().run("models").out());
        Asmp.Run registered = keyed().run("models", "register", file.toString());
        assertTrue(registered.out().startsWith("glm is registered, generation 1, digest sha256:"), registered.out());
        assertEquals(ModelKeys.digest(KEY, "k1"),
                daemon.get("/services/glm").mapping().mapping("secret").text("digest"));
        assertTrue(keyed().run("models").out().contains("✓    glm"), keyed().run("models").out());
        assertTrue(asmp().run("models", "list").out().contains("✗    glm"));
        assertEquals(
                "glm: z/glm at https://llm.example.org/v1, 0.60 / 2.20 USD per million tokens, key in " + KEY + "\n",
                keyed().run("models", "recommend", "--task", "llm.*").out());
        assertFalse(keyed().run("models", "list", "--json").out().contains("k1\""));
        assertTrue(asmp().with(KEY, "k2").run("models", "verify").out().contains("digest mismatch"));
    }

    @Test
    void theManifestOfARepositoryDoesNotReplaceTheDigestByItsZeros() throws Exception {
        keyed().run("models", "register", file.toString());
        daemon.write("glm", GLM);
        daemon.post("/discover/scan");
        daemon.write("glm", GLM.replace("writes code", "writes code well"));
        daemon.post("/discover/scan");
        assertEquals("scan", daemon.get("/services/glm").mapping().text("sync"));
        assertEquals("writes code well", daemon.get("/services/glm").mapping().text("description"));
        assertEquals(ModelKeys.digest(KEY, "k1"),
                daemon.get("/services/glm").mapping().mapping("secret").text("digest"));
    }

    @Test
    void aMissSaysWhyAndFailsInJsonToo() {
        asmp().run("models", "register", file.toString());
        Asmp.Run miss = keyed().run("models", "recommend", "--task", "llm.code_generation");
        assertEquals(1, miss.status());
        assertEquals("no model for 'llm.code_generation' suits:\nglm: needs " + KEY + "\n" + KEY
                + " is set, but the manifest of glm has no digest of it: asmp models register FILE fills it in\n",
                miss.err());
        Asmp.Run json = asmp().run("models", "recommend", "--task", "llm.none", "--json");
        assertEquals(1, json.status());
        assertTrue(json.out().startsWith("{\"task\":\"llm.none\",\"budget\":null,\"count\":0"), json.out());
        assertEquals(1, asmp().run("models", "recommend", "--task", "a", "--budget", "nan").status());
        assertEquals(2, asmp().run("models", "recommend").status());
        assertEquals(2, asmp().run("models", "rank").status());
        assertEquals(0, asmp().run("models", "health").status());
    }

    @Test
    void whatIsNoModelIsNotRegisteredAsOne() throws Exception {
        Files.writeString(file, GLM.replace("ai-model", "service"));
        assertTrue(asmp().run("models", "register", file.toString()).err()
                .contains("kind must be ai-model, but is 'service'"));
        Files.writeString(file, "- a");
        assertEquals(1, asmp().run("models", "register", file.toString()).status());
        Files.writeString(file, "a: [");
        assertEquals(1, asmp().run("models", "register", file.toString()).status());
        Files.writeString(file, GLM);
        assertTrue(asmp().run("models", "register", file.toString()).err().contains(KEY + " is not set here"));
    }
}
