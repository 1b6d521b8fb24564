package dev.asmp.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.health.HealthHistory;
import dev.asmp.health.HealthMonitor;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.ModelKeys;
import dev.asmp.registry.Registry;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which models suit a task, at what price, and for whom. */
class ModelsTest {
    private static final String KEY = "OPENROUTER_API_KEY";

    @TempDir
    private Path folder;
    private Registry registry;
    private HealthMonitor health;
    private final List<String> checkable = new ArrayList<>();
    private final List<String> read = new ArrayList<>();
    private Map<String, String> environment = Map.of();
    private Models models;

    @BeforeEach
    void open() throws Exception {
        TestClock clock = TestClock.somewhen();
        registry = Registries.open(folder, clock, () -> Manifests.BOX, _ -> {}, _ -> {});
        health = new HealthMonitor(clock, () -> false, new HealthHistory(new ByteBudget(1 << 20)), _ -> {});
        models = new Models(registry::catalog, health, () -> checkable, name -> {
            read.add(name);
            return environment.get(name);
        });
    }

    @AfterEach
    void close() {
        health.close();
        registry.close();
    }

    private void register(String name, String blocks) {
        registry.register(new Claim.Registration(Manifest.read(("""
                asmp: "0.1"
                kind: ai-model
                name: %s
                description: a model
                capabilities: {provides: [llm.inference]}
                """.formatted(name) + blocks).getBytes(UTF_8))));
    }

    private static ModelQuery query(@Nullable String task, @Nullable String budget, @Nullable Long context,
            @Nullable Set<String> keys) {
        return new ModelQuery(task, null, null, budget == null ? null : new BigDecimal(budget), context, keys);
    }

    private List<String> best(ModelQuery query) {
        return models.recommend(query).models().stream().map(Model::name).toList();
    }

    private Mapping shown(String name) {
        return models.list(query(null, null, null, null)).stream().filter(model -> model.name().equals(name))
                .findFirst()
                .orElseThrow().document(null, true);
    }

    private void registerAHundred() throws Exception {
        List<Claim.Sighting> found = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/models/models.tsv"))) {
            String[] cells = line.split("\t", -1);
            if (!line.startsWith("#")) {
                String prices = (cells[3].equals("-") ? "" : "input_per_1m: " + cells[3])
                        + (cells[4].equals("-") ? "" : ", output_per_1m: " + cells[4]);
                String yaml = """
                        asmp: "0.1"
                        kind: ai-model
                        name: %s
                        description: a model
                        model: {provider: %s%s}
                        capabilities: {provides: [%s]}
                        pricing: {%s}
                        %s
                        """.formatted(cells[0], cells[1], cells[5].equals("-") ? "" : ", context_window: " + cells[5],
                        cells[6].replace(" ", ", "), prices,
                        cells[2].equals("-") ? "" : "secret: {env_var: " + cells[2] + "}");
                found.add(new Claim.Sighting(Manifest.read(yaml.getBytes(UTF_8)), folder.resolve(cells[0]), cells[0]));
            }
        }
        registry.sight(found);
    }

    @Test
    void ofAHundredModelsThoseThatAPersonWouldTakeComeFirst() throws Exception {
        registerAHundred();
        assertEquals(100, models.list(query(null, null, null, null)).size());
        // Code, for a caller with two keys: free ones by context, then by price; unknown prices last.
        assertEquals(List.of("nvidia-nemotron-ultra", "ollama-qwen2.5-coder-7b", "ollama-qwen3-8b",
                "nvidia-starcoder2-15b", "nvidia-granite-34b-code", "openrouter-devstral-small", "openrouter-codestral",
                "openrouter-qwen3-coder", "openrouter-deepseek-v3.1", "openrouter-minimax-m2", "openrouter-glm-4.5-air",
                "openrouter-grok-code-fast", "openrouter-glm-4.6", "openrouter-kimi-k2", "openrouter-kimi-k2-thinking",
                "openrouter-mistral-large", "local-granite-8b-code", "local-halved-20b"),
                best(query("llm.code_generation", null, null, Set.of(KEY, "NVIDIA_API_KEY"))));
        // Reasoning over long texts for at most a dollar: the price of the answer counts.
        assertEquals(List.of("openrouter-deepseek-v3.1"), best(query("llm.reasoning", "1", 150_000L, null)));
        // Embeddings without any key: what runs here.
        assertEquals(List.of("ollama-nomic-embed", "ollama-mxbai-embed"),
                best(query("text.embed", null, null, Set.of())));
        // Anything with speech.
        assertEquals(List.of("ollama-whisper-small", "groq-whisper-turbo", "mistral-voxtral", "openai-whisper",
                "openai-tts"), best(query("speech.*", null, null, null)));
        // Pictures for at most 40 cents, the budget included.
        assertEquals(List.of("nvidia-llama-3.2-90b-vision", "nvidia-phi-3.5-vision", "ollama-gemma3-4b",
                "ollama-llava-7b", "cohere-embed-v4", "openrouter-gemma-3-27b", "deepinfra-llama-scout",
                "google-gemini-flash-lite", "openai-gpt-nano"), best(query("vision.describe", "0.40", null, null)));
    }

    @Test
    void whatDoesNotSuitIsNamedWithTheReason() throws Exception {
        registerAHundred();
        Models.Recommendation found = models.recommend(query("text.embed", "0.01", null, Set.of("DEEPINFRA_API_KEY")));
        assertEquals(List.of("ollama-nomic-embed", "ollama-mxbai-embed", "deepinfra-bge-m3", "deepinfra-e5-large"),
                found.models().stream().map(Model::name).toList());
        assertEquals(6, found.leftOut());
        assertTrue(found.why().contains(Mapping.builder().put("name", "nvidia-nv-embed")
                .put("reason", "needs NVIDIA_API_KEY").build()), found::toString);
        assertEquals("its price is not known",
                models.recommend(query("llm.code_generation", "100", null, null)).why().stream()
                        .map(why -> (Mapping) why).filter(why -> "local-halved-20b".equals(why.text("name")))
                        .findFirst().orElseThrow().text("reason"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pricing: {input_per_1m: 0.1}", "pricing: {input_per_1m: '0.1', output_per_1m: '0.2'}",
            "pricing: {input_per_1m: cheap, output_per_1m: 0.2}", "pricing: {input_per_1m: -1, output_per_1m: 0.2}",
            "pricing: {input_per_1m: 1e400, output_per_1m: 0.2}",
            "pricing: {input_per_1m: 0, output_per_1m: 1e999999999}",
            "pricing: {input_per_1m: 0, output_per_1m: 1e-999999999}",
            "pricing: {input_per_1m: 0, output_per_1m: 1e99999999999}",
            "pricing: {input_per_1m: .nan, output_per_1m: 1}",
            "pricing: {input_per_1m: [0], output_per_1m: {a: 0}}", "pricing: free", "pricing: [0, 0]", "pricing:",
            "pricing: {input_per_1m: true, output_per_1m: null}"})
    void aPriceThatIsNoneIsUnknownSortsLastAndFitsNoBudget(String pricing) {
        register("dear", "pricing: {input_per_1m: 500, output_per_1m: 900.50}");
        register("odd", pricing);
        assertEquals(List.of("dear", "odd"), best(query(null, null, null, null)));
        assertEquals(List.of("dear"), best(query(null, "1000000", null, null)));
        assertTrue(new String(Json.write(shown("odd")), UTF_8).contains("\"cost_per_1m\":null"));
        assertEquals("900.50", shown("dear").text("cost_per_1m"));
    }

    @Test
    void digitsComeOutAsTheyWereWritten() {
        register("glm", "pricing: {input_per_1m: 0.10, output_per_1m: 0.300, quota_monthly_tokens: 1000000}\n"
                + "model: {context_window: 200000, max_output_tokens: lots}");
        String json = new String(Json.write(shown("glm")), UTF_8);
        assertTrue(json.contains("\"input_per_1m\":0.10,\"output_per_1m\":0.300,\"tier\":null,"
                + "\"quota_monthly_tokens\":1000000"), json);
        assertTrue(json.contains("\"context_window\":200000,\"max_output_tokens\":null"), json);
    }

    @Test
    void aPasswordInTheAddressAndAKeyInPlaceOfItsVariableAreNotShown() {
        register("leaky", """
                model: {base_url: 'https://ada:hunter2@llm.example.org/v1'}
                secret: {env_var: sk-or-v1-0123456789abcdef0123456789abcdef}
                health: {method: llm_ping, target: 'https://ada:hunter2@llm.example.org/v1/models'}
                """);
        register("leakier", "secret: {env_var: hf_AbCdEf0123456789AbCdEf0123456789}");
        String json = new String(Json.write(shown("leaky")), UTF_8) + new String(Json.write(shown("leakier")), UTF_8)
                + new String(Json.write(models.health()), UTF_8) + models.verify();
        assertFalse(json.contains("hunter2"), json);
        assertFalse(json.contains("sk-or"), json);
        assertFalse(json.contains("hf_Ab"), json);
        assertTrue(json.contains("https://ada:***@llm.example.org/v1"), json);
    }

    @Test
    void theUnhealthyAndTheStaleAreLeftOutAndTheUncheckedComeAfterTheHealthy() throws Exception {
        String prices = "pricing: {input_per_1m: 1, output_per_1m: 1}\n";
        try (ServerSocket open = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            int closed;
            try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
                closed = other.getLocalPort();
            }
            register("a-unchecked", prices);
            register("b-down", prices + "health: {method: tcp, target: '127.0.0.1:" + closed + "'}");
            register("c-up", prices + "health: {method: tcp, target: '127.0.0.1:" + open.getLocalPort() + "'}");
            registry.catalog().entries().forEach(entry -> health.watch(entry.name(), entry.manifest().document()));
            health.start();
            health.probeAll();
        }
        assertEquals(List.of("c-up", "a-unchecked"), best(query("llm.inference", null, null, null)));
        assertEquals("unhealthy", ((Mapping) models.recommend(query(null, null, null, null)).why().getFirst())
                .text("reason"));
        registry.markStale(registry.catalog().entries().stream().filter(entry -> entry.name().equals("c-up")).toList());
        assertEquals(List.of("a-unchecked"), best(query("llm.inference", null, null, null)));
        assertEquals(3, models.list(query(null, null, null, null)).size());
    }

    @Test
    void theEnvironmentIsReadForWhatTheOwnerListedAndNothingElse() {
        String digest = ModelKeys.digest(KEY, "k1");
        environment = Map.of(KEY, "k1", "HOME", "/root");
        register("glm", "secret: {env_var: " + KEY + ", digest: '" + digest + "'}");
        register("spy", "secret: {env_var: HOME, digest: '" + ModelKeys.digest("HOME", "/root") + "'}");
        register("open", "");
        assertEquals(List.of("null", "true", "null"), outcomes());
        assertEquals(List.of(), read);
        checkable.add(KEY);
        assertEquals(List.of("true", "true", "null"), outcomes());
        environment = Map.of(KEY, "another");
        assertEquals(List.of("false", "true", "null"), outcomes());
        environment = Map.of();
        assertEquals(List.of("false", "true", "null"), outcomes());
        assertEquals(Set.of(KEY), Set.copyOf(read));
        assertEquals("3", models.verify().text("total"));
        assertEquals("2", models.verify().text("unverified"));
    }

    private List<String> outcomes() {
        return models.verify().list("results").stream().map(item -> String.valueOf(((Mapping) item).text("verified")))
                .toList();
    }

    @Test
    void aPlaceholderNeverReplacesADigest() {
        String zeros = "secret: {env_var: " + KEY + ", digest: 'sha256:" + "0".repeat(64) + "'}";
        String digest = ModelKeys.digest(KEY, "k1");
        register("glm", "secret: {env_var: " + KEY + ", digest: '" + digest + "'}");
        register("glm", zeros + "\nversion: 2");
        assertEquals(digest, shown("glm").text("secret_digest"));
        registry.announce(new Claim.Announcement(Manifest.read(("asmp: '0.1'\nkind: ai-model\nname: glm\n"
                + "capabilities: {provides: [llm.inference]}\n" + zeros).getBytes(UTF_8)), null));
        assertEquals(digest, shown("glm").text("secret_digest"));
        register("glm", zeros.replace(KEY, "OTHER_KEY"));
        assertNull(shown("glm").text("secret_digest"));
    }

    @Test
    void aSecretThatIsTextNeedsAKeyThatNoCallerHas() {
        register("old", "secret: 'keychain://openrouter'");
        assertEquals(List.of(), best(query(null, null, null, Set.of(KEY))));
        assertEquals(List.of("old"), best(query(null, null, null, null)));
        assertEquals("no env var in manifest", ((Mapping) models.verify().list("results").getFirst()).text("reason"));
    }
}
