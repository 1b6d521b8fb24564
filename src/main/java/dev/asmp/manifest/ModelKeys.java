package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The blocks of a manifest of kind {@code ai-model}: which model, at what price, and by which key. */
public final class ModelKeys {
    public static final String KIND = "ai-model";
    static final List<String> MODEL = List.of("provider", "model_id", "base_url", "context_window",
            "max_output_tokens");
    static final List<String> PRICING = List.of("input_per_1m", "output_per_1m", "tier", "quota_monthly_tokens");
    static final List<String> SECRET = List.of("env_var", "digest");

    private static final String PRICE = "a price in USD per million tokens, a number from 0 to 1000000 such as 0.60";
    private static final BigDecimal HIGHEST = BigDecimal.valueOf(1_000_000);
    /** More digits are no price, and cost time in proportion to their square. */
    private static final int DIGITS = 32;
    private static final String ALGORITHM = "sha256:";
    private static final String DIGEST = ALGORITHM + "[0-9a-fA-F]{64}";
    private static final Pattern PLACEHOLDER = Pattern.compile(ALGORITHM + "0{64}");
    /** Also keeps the name of a variable apart from a key that stands in its place. */
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    private static final ValueTypes TYPES = new ValueTypes().put("", ValueType.MAPPING, "model", "pricing", "secret")
            .put("model", ValueType.TEXT, "provider", "model_id", "base_url")
            .put("model", ModelKeys::tokens, "context_window", "max_output_tokens")
            .put("pricing", ModelKeys::price, "input_per_1m", "output_per_1m").put("pricing", ValueType.TEXT, "tier")
            .put("pricing", ModelKeys::tokens, "quota_monthly_tokens")
            .put("secret", ModelKeys::variable, "env_var").put("secret", ModelKeys::digest, "digest");

    private ModelKeys() {}

    /** What other programs that read models do not understand. */
    static List<Problem> warnings(Mapping document) {
        List<Problem> warnings = new ArrayList<>(TYPES.complaints(document));
        unknown(document, "model", MODEL, warnings);
        unknown(document, "pricing", PRICING, warnings);
        unknown(document, "secret", SECRET, warnings);
        return warnings;
    }

    private static void unknown(Mapping document, String block, List<String> known, List<Problem> warnings) {
        document.mapping(block).fields().keySet().stream()
                .filter(key -> !known.contains(key) && EditDistance.nearest(key, known) == null).limit(Problem.MOST)
                .forEach(key -> warnings.add(new Problem(block + "." + key,
                        "is read by no program for models; they know " + String.join(", ", known))));
    }

    /** Reads a price, digit by digit as it was written. */
    public static BigDecimal price(Document value) {
        if (value instanceof Scalar number && number.kind() == Scalar.Kind.NUMBER) {
            BigDecimal price = amount(number.text());
            if (price != null && price.compareTo(HIGHEST) <= 0) {
                return price;
            }
        }
        throw new IllegalArgumentException("must be " + PRICE + ", but is " + shown(value));
    }

    /** A finite number from 0, of reasonable size; null where the text is none. */
    public static @Nullable BigDecimal amount(String text) {
        try {
            BigDecimal number = text.length() > DIGITS ? null : new BigDecimal(text);
            // A great exponent has as many digits when the number is compared or written.
            return number == null || number.signum() < 0 || Math.abs((long) number.scale()) > DIGITS ? null : number;
        } catch (NumberFormatException _) {
            return null;
        }
    }

    /** Reads a number of tokens. */
    public static long tokens(Document value) {
        if (value instanceof Scalar number && number.kind() == Scalar.Kind.NUMBER
                && number.text().matches("[0-9]{1,15}")) {
            return Long.parseLong(number.text());
        }
        throw new IllegalArgumentException("must be a number of tokens, but is " + shown(value));
    }

    private static void variable(Document value) {
        if (!isVariable(ValueType.text(value))) {
            // The text is not repeated: it may be the key itself.
            throw new IllegalArgumentException("must be the name of a variable, such as OPENROUTER_API_KEY");
        }
    }

    private static void digest(Document value) {
        if (!ValueType.text(value).matches(DIGEST)) {
            throw new IllegalArgumentException("must be sha256: and 64 hexadecimal digits; 'asmp models register FILE'"
                    + " fills it in");
        }
    }

    private static String shown(Document value) {
        return value instanceof Scalar scalar && !scalar.isNull()
                ? (scalar.kind() == Scalar.Kind.TEXT ? "the text " : "") + Printable.quoted(scalar.text())
                : value.kindName();
    }

    public static boolean isVariable(String name) {
        return VARIABLE.matcher(name).matches();
    }

    /** Whether a digest can be compared with: not missing, and not the zeros that manifests are shipped with. */
    public static boolean isDigest(@Nullable String digest) {
        return digest != null && digest.matches(DIGEST) && !PLACEHOLDER.matcher(digest).matches();
    }

    /** The digest by which a manifest recognizes a key without holding it. */
    public static String digest(String variable, String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((variable + ":" + key).getBytes(StandardCharsets.UTF_8));
            return ALGORITHM + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** A manifest with this digest of its key. */
    public static Mapping withDigest(Mapping manifest, String digest) {
        return manifest.with("secret", manifest.mapping("secret").with("digest", Scalar.text(digest)));
    }

    /** A manifest with the digest that it had before, where it now has a placeholder for the same variable. */
    static Mapping keepingDigest(Mapping manifest, Supplier<Mapping> before) {
        String digest = manifest.mapping("secret").text("digest");
        if (digest == null || !PLACEHOLDER.matcher(digest).matches()) {
            return manifest;
        }
        Mapping old = before.get().mapping("secret");
        String known = old.text("digest");
        String variable = old.text("env_var");
        return known != null && isDigest(known) && variable != null
                && variable.equals(manifest.mapping("secret").text("env_var"))
                        ? withDigest(manifest, known)
                        : manifest;
    }
}
