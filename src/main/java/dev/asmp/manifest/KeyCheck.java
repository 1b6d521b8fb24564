package dev.asmp.manifest;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of looking for a model's key in an environment.
 *
 * @param verified whether the key is there and is the right one; null where it was not looked for
 */
public record KeyCheck(@Nullable Boolean verified, String reason) {
    /** Nothing was looked for. */
    public static KeyCheck unchecked(String reason) {
        return new KeyCheck(null, reason);
    }

    /** Compares the digest in a manifest with a variable; the variable is read only if there is something to compare with. */
    public static KeyCheck of(boolean isRequired, @Nullable String variable, @Nullable String digest,
            Function<String, @Nullable String> environment) {
        if (!isRequired) {
            return new KeyCheck(true, "no secret required");
        }
        if (variable == null) {
            return new KeyCheck(false, "no env var in manifest");
        }
        String value = environment.apply(variable);
        if (value == null || value.isEmpty()) {
            return new KeyCheck(false, "env var not set");
        }
        if (digest == null || !ModelKeys.isDigest(digest)) {
            return new KeyCheck(false, "no digest in manifest");
        }
        boolean matches = MessageDigest.isEqual(bytes(ModelKeys.digest(variable, value)), bytes(digest));
        return new KeyCheck(matches, matches ? "digest match" : "digest mismatch");
    }

    /** The same for a model as {@code GET /models} lists it. */
    public static KeyCheck of(Mapping model, Function<String, @Nullable String> environment) {
        boolean isRequired = model.get("secret_required") instanceof Scalar required && required.isTrue();
        return of(isRequired, model.text("secret_env_var"), model.text("secret_digest"), environment);
    }

    private static byte[] bytes(String digest) {
        return digest.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    }
}
