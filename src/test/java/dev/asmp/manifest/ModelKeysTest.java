package dev.asmp.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asmp.document.Document;
import dev.asmp.document.Yaml;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            1000000    | 1000000
            0.60       | 0.60
            0          | 0
            1000000.01 | but is '1000000.01'
            -1         | but is '-1'
            '0.60'     | but is the text '0.60'
            ~          | but is null
            [1]        | but is a list
            """)
    void aPriceIsANumberOfReasonableSize(String yaml, String read) {
        assertRead("a price in USD per million tokens, a number from 0 to 1000000 such as 0.60", yaml, read,
                value -> ModelKeys.price(value).toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            128000           | 128000
            999999999999999  | 999999999999999
            1000000000000000 | but is '1000000000000000'
            1.5              | but is '1.5'
            '7'              | but is the text '7'
            """)
    void aNumberOfTokensIsWhole(String yaml, String read) {
        assertRead("a number of tokens", yaml, read, value -> Long.toString(ModelKeys.tokens(value)));
    }

    private static void assertRead(String what, String yaml, String read, Function<Document, String> reader) {
        Document value = Yaml.read(yaml);
        if (read.startsWith("but")) {
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> reader.apply(value));
            assertEquals("must be " + what + ", " + read, refused.getMessage());
        } else {
            assertEquals(read, reader.apply(value));
        }
    }

    @Test
    void digitsAndExponentsAreLimited() {
        assertEquals(new BigDecimal("1e32"), ModelKeys.amount("1e32"));
        assertNull(ModelKeys.amount("1e33"));
        assertEquals(new BigDecimal("0." + "1".repeat(30)), ModelKeys.amount("0." + "1".repeat(30)));
        assertNull(ModelKeys.amount("0." + "1".repeat(31)));
    }
}
