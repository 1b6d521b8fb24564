package dev.asmp.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers and warnings of the blocks that only models have. */
class ModelKeysTest {
    @ParameterizedTest
    @ValueSource(strings = {"nan", "NaN", "inf", "-Infinity", "-1", "", " ", "1e400", "0x10", "1,5", "1_000", "--1",
            "99999999999999999999999999999999999", "1e-999999999"})
    void aBudgetThatIsNoFiniteNumberIsNone(String written) {
        assertNull(ModelKeys.amount(written));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.50, 0.50", "1e2, 1E+2", "+3, 3", "00.1, 0.1"})
    void aBudgetIsReadDigitByDigit(String written, String read) {
        assertEquals(new BigDecimal(read), ModelKeys.amount(written));
    }

    @Test
    void whatOtherProgramsDoNotUnderstandIsAWarning() {
        Manifest manifest = Manifest.read("""
                asmp: "0.1"
                kind: ai-model
                name: glm
                description: a model
                capabilities: {provides: [llm.inference]}
                model: {family: glm, context_window: '200k'}
                pricing: {input_per_1m: '0.60', unit: USD, output_per_1m: -1}
                secret: {env_var: sk-123, digest: md5:1}
                """.getBytes(UTF_8));
        List<String> fields = manifest.warnings().stream().map(Problem::field).sorted().toList();
        assertEquals(List.of("model.context_window", "model.family", "pricing.input_per_1m",
                "pricing.output_per_1m", "pricing.unit", "secret.digest", "secret.env_var"), fields);
        assertFalse(manifest.warnings().toString().contains("sk-123"));
    }
}
