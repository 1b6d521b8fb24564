package dev.asmp.health;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The destination of a probe, parsed and checked before anything is sent: every part is printable ASCII without blanks, so
 * that nothing in a manifest can add a line to a request.
 *
 * @param host a name or a literal address, the latter without brackets
 * @param path path and query as they are sent; empty for tcp
 * @param isModel whether it is the API of a model, which proves that it is there by refusing a request without a key
 */
public record ProbeTarget(Scheme scheme, String host, int port, String path, boolean isModel) {
    static final String URL = "a URL such as http://127.0.0.1:7100/health";
    static final String ADDRESS = "host:port, such as 127.0.0.1:7100";

    private static final int LONGEST = 2048;
    private static final Pattern PRINTABLE = Pattern.compile("[!-~]+");
    private static final Pattern AUTHORITY = Pattern
            .compile("(?:\\[([0-9A-Fa-f:.]{2,45})\\]|([A-Za-z0-9._-]{1,253}))(?::([0-9]{1,5}))?");

    /** The protocol of a probe. */
    public enum Scheme {
        TCP, HTTP, HTTPS
    }

    ProbeTarget(Scheme scheme, String host, int port, String path) {
        this(scheme, host, port, path, false);
    }

    /** Reads the target of an {@code llm_ping} probe; {@code IllegalArgumentException} says what was expected. */
    static ProbeTarget model(String text) {
        ProbeTarget target = http(text);
        return new ProbeTarget(target.scheme, target.host, target.port, target.path, true);
    }

    /** Reads the target of an {@code http} probe; {@code IllegalArgumentException} says what was expected. */
    static ProbeTarget http(String text) {
        URI uri = uri(text);
        Scheme scheme = switch (String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT)) {
            case "http" -> Scheme.HTTP;
            case "https" -> Scheme.HTTPS;
            default -> throw unexpected(text, URL + "; only http:// and https:// are probed");
        };
        Matcher place = place(uri.getRawAuthority(), text, URL);
        return new ProbeTarget(scheme, host(place), port(place, scheme == Scheme.HTTP ? "80" : "443", text, URL),
                path(uri));
    }

    private static URI uri(String text) {
        String url = text.strip();
        if (!isPlain(url)) {
            throw unexpected(text, URL + ": blanks and characters beyond ASCII are written as %20 and the like");
        }
        try {
            return new URI(url);
        } catch (URISyntaxException _) {
            throw unexpected(text, URL);
        }
    }

    /** Reads the target of a {@code tcp} probe; {@code IllegalArgumentException} says what was expected. */
    static ProbeTarget tcp(String text) {
        String address = text.strip();
        Matcher place = place(isPlain(address) ? address.replaceFirst("^tcp://", "") : null, text, ADDRESS);
        return new ProbeTarget(Scheme.TCP, host(place), port(place, null, text, ADDRESS), "");
    }

    private static boolean isPlain(String text) {
        return text.length() <= LONGEST && PRINTABLE.matcher(text).matches();
    }

    private static Matcher place(@Nullable String authority, String text, String expected) {
        if (authority != null && authority.contains("@")) {
            // The text is not repeated: what stands before the @ may be a password.
            throw new IllegalArgumentException("health.target: carries a user name; a probe sends no credentials");
        }
        Matcher matcher = AUTHORITY.matcher(String.valueOf(authority));
        if (authority == null || !matcher.matches()) {
            throw unexpected(text, expected);
        }
        return matcher;
    }

    private static String host(Matcher place) {
        return place.group(1) == null ? place.group(2) : place.group(1);
    }

    private static int port(Matcher place, @Nullable String otherwise, String text, String expected) {
        String written = place.group(3) == null ? otherwise : place.group(3);
        int port = written == null ? 0 : Integer.parseInt(written);
        if (port < 1 || port > 65_535) {
            throw unexpected(text, expected + ", with a port from 1 to 65535");
        }
        return port;
    }

    private static String path(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private static IllegalArgumentException unexpected(String text, String expected) {
        return new IllegalArgumentException("health.target: " + ErrorText.quoted(text) + " is not " + expected);
    }

    /** Host and port, as a person writes them. */
    String address() {
        return bracketed() + ":" + port;
    }

    /** Host and port, as a request names them: without the port that goes without saying. */
    String authority() {
        boolean usual = port == (scheme == Scheme.HTTPS ? 443 : 80);
        return usual ? bracketed() : address();
    }

    private String bracketed() {
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
