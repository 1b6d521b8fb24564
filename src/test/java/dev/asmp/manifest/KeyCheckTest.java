package dev.asmp.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether an environment holds a model's key, and which digests are compared with it. */
class KeyCheckTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("KEY", "value", "EMPTY", "");
    private static final String RIGHT = ModelKeys.digest("KEY", "value");
    private static final String NONE = "sha256:" + "0".repeat(64);

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            # required | variable | digest | verified | reason
            false      | -        | -      | true     | no secret required
            true       | -        | right  | false    | no env var in manifest
            true       | ABSENT   | right  | false    | env var not set
            true       | EMPTY    | right  | false    | env var not set
            true       | KEY      | -      | false    | no digest in manifest
            true       | KEY      | none   | false    | no digest in manifest
            true       | KEY      | md5:1  | false    | no digest in manifest
            true       | KEY      | right  | true     | digest match
            true       | KEY      | RIGHT  | true     | digest match
            true       | KEY      | wrong  | false    | digest mismatch
            """)
    void aKeyIsLookedForWhereItIsNeeded(boolean required, @Nullable String variable, @Nullable String digest,
            boolean verified, String reason) {
        Mapping model = Mapping.builder().put("secret_required", Yaml.read(Boolean.toString(required)))
                .put("secret_env_var", variable).put("secret_digest", digest == null ? null : written(digest)).build();
        assertEquals(new KeyCheck(verified, reason), KeyCheck.of(model, ENVIRONMENT::get));
    }

    private static String written(String digest) {
        return switch (digest) {
            case "right" -> RIGHT;
            case "RIGHT" -> "sha256:" + RIGHT.substring(7).toUpperCase(Locale.ROOT);
            case "wrong" -> ModelKeys.digest("OTHER", "value");
            case "none" -> NONE;
            default -> digest;
        };
    }

    @Test
    void whatWasNotLookedForIsNeitherRightNorWrong() {
        assertEquals(new KeyCheck(null, "remote"), KeyCheck.unchecked("remote"));
    }

    @Test
    void aDigestThatCanBeComparedWithIsNeitherMissingNorAPlaceholder() {
        assertTrue(ModelKeys.isDigest(RIGHT));
        assertFalse(ModelKeys.isDigest(null));
        assertFalse(ModelKeys.isDigest(NONE));
        assertFalse(ModelKeys.isDigest(RIGHT.substring(1)));
    }

    private static Manifest model(String secret) {
        return Manifest.of(Yaml.read("""
                asmp: "0.1"
                kind: ai-model
                name: glm
                description: a model
                capabilities: {provides: [llm.inference]}
                """ + secret));
    }

    @Test
    void aPlaceholderIsReplacedByTheDigestThatIsKnownForItsVariable() {
        Manifest known = model("secret: {env_var: KEY, digest: '" + RIGHT + "'}\n");
        Manifest shipped = model("secret: {env_var: KEY, digest: '" + NONE + "'}\n");
        assertEquals(known, shipped.keepingDigest(() -> known));
        Manifest changed = model("secret: {env_var: KEY, digest: '" + ModelKeys.digest("KEY", "next") + "'}\n");
        assertSame(changed, changed.keepingDigest(() -> known));
        Manifest without = model("secret: {env_var: KEY}\n");
        assertSame(without, without.keepingDigest(() -> known));
        Manifest other = model("secret: {env_var: OTHER, digest: '" + NONE + "'}\n");
        assertSame(other, other.keepingDigest(() -> known));
        for (Manifest unknown : new Manifest[]{shipped, without, other, model(""),
                model("secret: {digest: '" + RIGHT + "'}\n")}) {
            assertSame(shipped, shipped.keepingDigest(() -> unknown));
        }
    }
}
