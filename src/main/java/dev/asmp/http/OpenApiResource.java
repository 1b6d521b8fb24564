package dev.asmp.http;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Yaml;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The OpenAPI document of this API: YAML in the source, served as JSON. */
final class OpenApiResource {
    private static final String FILE = "/openapi.yaml";

    // Two threads may both convert it; they convert the same.
    private volatile byte @Nullable [] json;

    void addTo(Routes routes) {
        routes.add("GET", "/openapi.json", _ -> Answer.ok(json()));
    }

    private byte[] json() {
        byte[] known = json;
        if (known == null) {
            known = Json.write(document());
            json = known;
        }
        return known;
    }

    /** The document, with the version of the program that serves it. */
    private static Mapping document() {
        Mapping document = read();
        String version = OpenApiResource.class.getPackage().getImplementationVersion();
        return version == null
                ? document
                : document.with("info", document.mapping("info").with("version", Scalar.text(version)));
    }

    private static Mapping read() {
        try (InputStream in = OpenApiResource.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new FileNotFoundException(FILE);
            }
            return (Mapping) Yaml.read(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + FILE + " from this program's own jar", e);
        }
    }
}
