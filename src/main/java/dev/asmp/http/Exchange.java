package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Limits;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Durations;
import dev.asmp.manifest.EditDistance;
import dev.asmp.manifest.Printable;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One request for a handler: path, query, headers and decoded body. */
final class Exchange {
    /** The shortest parameter that may be a misspelt one: programs add short ones, such as {@code t}, against caches. */
    private static final int SHORTEST = 3;

    private final String path;
    private final List<String> parameters;
    private final String rawQuery;
    private final Function<String, @Nullable String> header;
    private final Supplier<Map<String, String>> headers;
    private final Supplier<byte[]> body;
    private final Ingress ingress;

    Exchange(String path, List<String> parameters, String rawQuery, Function<String, @Nullable String> header,
            Supplier<Map<String, String>> headers, Supplier<byte[]> body, Ingress ingress) {
        this.path = path;
        this.parameters = parameters;
        this.rawQuery = rawQuery;
        this.header = header;
        this.headers = headers;
        this.body = body;
        this.ingress = ingress;
    }

    /** A decoded segment of the path, by the order of the route's braces. */
    String parameter(int index) {
        return parameters.get(index);
    }

    String path() {
        return path;
    }

    /** The way on which it arrived. */
    Ingress ingress() {
        return ingress;
    }

    String rawQuery() {
        return rawQuery;
    }

    /** Refuses a parameter that is probably a misspelt one of these; others that are unknown are ignored. */
    void checkParameters(Collection<String> known) {
        for (int start = 0; start < rawQuery.length();) {
            int end = rawQuery.indexOf('&', start);
            end = end < 0 ? rawQuery.length() : end;
            int equals = rawQuery.indexOf('=', start);
            String name = decoded(rawQuery.substring(start, equals < 0 || equals > end ? end : equals));
            start = end + 1;
            String meant = name.length() < SHORTEST || known.contains(name) ? null : EditDistance.nearest(name, known);
            if (meant != null) {
                throw new HttpError(400,
                        "unknown parameter '" + Printable.of(name) + "'; did you mean '" + meant
                                + "'?");
            }
        }
    }

    /** A text as the value of a query parameter. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A header's value, or null. */
    @Nullable
    String header(String name) {
        return header.apply(name);
    }

    /** All headers by name. */
    Map<String, String> headers() {
        return headers.get();
    }

    /** The first value of a query parameter, or null. */
    @Nullable
    String query(String name) {
        for (int start = 0; start < rawQuery.length();) {
            int end = rawQuery.indexOf('&', start);
            end = end < 0 ? rawQuery.length() : end;
            int equals = rawQuery.indexOf('=', start);
            int keyEnd = equals < 0 || equals > end ? end : equals;
            if (decoded(rawQuery.substring(start, keyEnd)).equals(name)) {
                return decoded(rawQuery.substring(Math.min(keyEnd + 1, end), end));
            }
            start = end + 1;
        }
        return null;
    }

    /** A query parameter that is a duration, or null. */
    @Nullable
    Duration duration(String name) {
        String written = query(name);
        if (written == null) {
            return null;
        }
        try {
            return Durations.parse(written);
        } catch (IllegalArgumentException e) {
            throw new HttpError(400, name + ": " + e.getMessage());
        }
    }

    /** A query parameter that is a whole number, or null. */
    @Nullable
    Long number(String name) {
        String written = query(name);
        if (written != null && !written.matches("[0-9]{1,18}")) {
            throw new HttpError(400, name + ": must be a whole number");
        }
        return written == null ? null : Long.valueOf(written);
    }

    private static String decoded(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new HttpError(400, "the query has a broken percent escape");
        }
    }

    /** The body as it came. */
    byte[] bytes() {
        return body.get();
    }

    /** The body as JSON; any other content type is refused. */
    Document json() {
        return switch (mediaType()) {
            case "application/json" -> Json.read(body.get());
            default -> throw unsupported("application/json");
        };
    }

    /** The body as JSON, or nothing where there is none. */
    @Nullable
    Document optionalJson() {
        byte[] bytes = body.get();
        if (bytes.length > 0 && !mediaType().equals("application/json")) {
            throw unsupported("application/json");
        }
        return bytes.length == 0 ? null : Json.read(bytes);
    }

    /** The body as a merge patch. */
    Document patch() {
        return switch (mediaType()) {
            case "application/json", "application/merge-patch+json" -> Json.read(manifestBytes());
            default -> throw unsupported("application/merge-patch+json or application/json");
        };
    }

    /** The body as JSON or YAML, by its content type, and no larger than a manifest may be. */
    Document manifest() {
        String type = mediaType();
        return switch (type) {
            case "application/json" -> Json.read(manifestBytes());
            case "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml" -> Yaml.read(manifestBytes());
            default -> throw unsupported("application/json or application/yaml");
        };
    }

    private byte[] manifestBytes() {
        byte[] bytes = body.get();
        if (bytes.length > Limits.MANIFEST_BYTES) {
            throw new HttpError(413, "the manifest has " + bytes.length + " bytes; at most " + Limits.MANIFEST_BYTES
                    + " are allowed");
        }
        return bytes;
    }

    private String mediaType() {
        String type = header.apply("content-type");
        if (type == null) {
            return "";
        }
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    private HttpError unsupported(String expected) {
        String sent = mediaType();
        return new HttpError(415, (sent.isEmpty() ? "the body has no content type" : "the content type is " + sent)
                + "; expected " + expected);
    }
}
