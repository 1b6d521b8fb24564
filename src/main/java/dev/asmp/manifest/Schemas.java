package dev.asmp.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Schemas (draft 2020-12) of what people write by hand, for their editors. They refuse what the registry refuses, as
 * far as a schema can tell, and nothing else.
 */
public final class Schemas {
    /** Of a service manifest. */
    public static final String MANIFEST = "asmp.schema.json";
    /** Of a host profile. */
    public static final String PROFILE = "host.schema.json";
    public static final List<String> NAMES = List.of(MANIFEST, PROFILE);
    public static final String MEDIA_TYPE = "application/schema+json";

    private Schemas() {}

    /** The bytes of a schema, or null where there is none of that name. */
    public static byte @Nullable [] named(String name) {
        if (!NAMES.contains(name)) {
            return null;
        }
        try (InputStream in = Schemas.class.getResourceAsStream("/schemas/" + name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + name + " from this program's own jar", e);
        }
    }

    /** The address of a schema at a registry with the default address, for editors. */
    public static String url(String name) {
        return ApiAddress.DEFAULT.url() + "/schemas/" + name;
    }
}
