package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The mask over secrets that a manifest should not hold: values of keys such as {@code api_key} and credentials in URLs. A
 * reference to a secret, such as {@code env:NAME}, is none.
 */
public final class SecretMask {
    public static final String MASK = "***";

    /** The ends of keys, in lower case and without separators. */
    private static final List<String> SECRET_KEYS = List.of("password", "passwd", "passphrase", "pwd", "secret",
            "token",
            "apikey", "privatekey", "secretkey", "accesskey", "credential", "credentials", "secrets", "authorization",
            "cookie");
    /** The ends of keys below which all texts are secrets. */
    private static final List<String> SECRET_BLOCKS = List.of("credential", "credentials", "secret", "secrets");
    /** The last letters of all of these: most keys have another, and are not looked at further. */
    private static final String LAST = "delnsty";
    private static final Pattern SEPARATORS = Pattern.compile("[_\\-. ]");
    /** Words that say how to authenticate, and not with what. */
    private static final Set<String> KINDS = Set.of("none", "basic", "bearer", "digest", "oauth", "oauth2", "oidc",
            "jwt",
            "mtls", "token", "apikey", "api_key", "api-key", "password", "required", "optional", "yes", "no");
    private static final Pattern REFERENCE = Pattern
            .compile("(?i)(env|file|vault|keychain|keyring|secret|secrets|ref|sops|"
                    + "pass|aws|gcp|azure|doppler)(:|://)\\S+|[a-z][a-z0-9+.-]*://\\S+|\\$\\{?[A-Za-z_].*|\\{\\{.*\\}\\}|<[^<>]*>|[~/].*"
                    + "|\\*{3,}");
    /** The name of a variable; an access key of a cloud has no underscore. */
    private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|[A-Z]{2,16}");

    private static final Pattern USER_AND_PASSWORD = Pattern.compile("(://[^/?#\\s:@]*:)[^/?#\\s@]+@");
    /** A token in place of a user's name; {@code git@} is none. */
    private static final Pattern TOKEN_AS_USER = Pattern.compile("(https?://)[^/?#\\s:@]{16,}@",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern PARAMETER = Pattern.compile("([?&](?:access_token|auth_token|token|api_?key|key|sig|"
            + "signature|secret|client_secret|password|auth|x-amz-signature|x-amz-credential|x-goog-signature)=)[^&#\\s]+",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer|basic) +[A-Za-z0-9._~+/=-]{16,}");

    /** What {@link #masked} writes. */
    private static final Pattern AS_MASKED = Pattern
            .compile("^\\*{3}$|://[^/?#\\s@]*\\*{3}@|[?&][A-Za-z_-]+=\\*{3}(?![^&#\\s])"
                    + "|(?i)\\b(bearer|basic) \\*{3}(?!\\*)");

    private SecretMask() {}

    /** The same with secrets masked; the very same where there are none. */
    public static Document masked(Document document) {
        return masked(document, false);
    }

    public static Mapping masked(Mapping mapping) {
        return masked((Document) mapping) instanceof Mapping same ? same : mapping;
    }

    @SuppressWarnings("ReferenceEquality") // the same object means unchanged
    private static Document masked(Document document, boolean isSecret) {
        return switch (document) {
            case Scalar scalar -> masked(scalar, isSecret);
            case Sequence sequence -> {
                List<Document> items = null;
                for (int i = 0; i < sequence.items().size(); i++) {
                    Document shown = masked(sequence.items().get(i), isSecret);
                    if (shown != sequence.items().get(i)) {
                        items = items == null ? new ArrayList<>(sequence.items()) : items;
                        items.set(i, shown);
                    }
                }
                yield items == null ? sequence : new Sequence(items);
            }
            case Mapping mapping -> {
                LinkedHashMap<String, Document> fields = null;
                for (Map.Entry<String, Document> field : mapping.fields().entrySet()) {
                    boolean isBlock = field.getValue() instanceof Mapping;
                    Document shown = masked(field.getValue(),
                            isSecret || endsWith(field.getKey(), isBlock ? SECRET_BLOCKS : SECRET_KEYS));
                    if (shown != field.getValue()) {
                        fields = fields == null ? new LinkedHashMap<>(mapping.fields()) : fields;
                        fields.put(field.getKey(), shown);
                    }
                }
                yield fields == null ? mapping : new Mapping(fields);
            }
        };
    }

    private static Scalar masked(Scalar scalar, boolean isSecret) {
        if (scalar.kind() != Scalar.Kind.TEXT) {
            return scalar; // figures are limits and prices: max_token: 4096
        }
        String text = scalar.text();
        String shown = isSecret && isValue(text) ? MASK : text(text);
        return shown.equals(text) ? scalar : Scalar.text(shown);
    }

    private static boolean endsWith(String key, List<String> ends) {
        char last = key.isEmpty() ? 'x' : key.charAt(key.length() - 1);
        if (Character.isLetterOrDigit(last) && LAST.indexOf(Character.toLowerCase(last)) < 0) {
            return false;
        }
        String plain = key.chars().allMatch(c -> c >= 'a' && c <= 'z')
                ? key
                : SEPARATORS.matcher(key.toLowerCase(Locale.ROOT)).replaceAll("");
        for (String end : ends) {
            if (plain.endsWith(end)) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether a text is a secret itself, rather than how or where to get it. */
    private static boolean isValue(String text) {
        String stripped = text.strip();
        return !stripped.isEmpty() && !KINDS.contains(stripped.toLowerCase(Locale.ROOT))
                && !REFERENCE.matcher(stripped).matches() && !VARIABLE.matcher(stripped).matches();
    }

    /** A text with the credentials in its URLs masked. */
    public static String text(String text) {
        String shown = text;
        if (shown.contains("://")) {
            shown = USER_AND_PASSWORD.matcher(shown).replaceAll("$1" + MASK + "@");
            shown = TOKEN_AS_USER.matcher(shown).replaceAll("$1" + MASK + "@");
        }
        if (shown.indexOf('=') >= 0) {
            shown = PARAMETER.matcher(shown).replaceAll("$1" + MASK);
        }
        return shown.indexOf(' ') >= 0 ? BEARER.matcher(shown).replaceAll("$1 " + MASK) : shown;
    }

    /** Refuses a document in which a mask stands for a secret: it was shown masked, and would be stored so. */
    public static void refuseIn(Document document) {
        String field = maskedField(document, "");
        if (field != null) {
            throw new InvalidDocumentException(field, "is the mask " + MASK + ", which stands for a secret that is not"
                    + " shown: send the value itself, or better a reference such as env:NAME");
        }
    }

    private static @Nullable String maskedField(Document document, String path) {
        return switch (document) {
            case Scalar scalar -> isMask(scalar) ? path : null;
            case Sequence sequence -> {
                for (int i = 0; i < sequence.items().size(); i++) {
                    String found = maskedField(sequence.items().get(i), path + "[" + i + "]");
                    if (found != null) {
                        yield found;
                    }
                }
                yield null;
            }
            case Mapping mapping -> {
                for (Map.Entry<String, Document> field : mapping.fields().entrySet()) {
                    String found = maskedField(field.getValue(),
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey());
                    if (found != null) {
                        yield found;
                    }
                }
                yield null;
            }
        };
    }

    private static boolean isMask(Scalar scalar) {
        return scalar.text().contains(MASK) && AS_MASKED.matcher(scalar.text()).find();
    }
}
