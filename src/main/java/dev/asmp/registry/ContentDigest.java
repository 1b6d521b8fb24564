package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The digest of what an owner approves: the manifest without its descriptive keys, and the attached mods. The order of keys
 * does not matter.
 */
final class ContentDigest {
    private static final Set<String> DESCRIPTIVE = Set.of("description", "version", "display");

    private ContentDigest() {}

    static String of(Mapping manifest, Mods mods) {
        Document link = manifest.mapping("display").get("url"); // where a person is sent is content
        Mapping.Builder own = Mapping.builder().putAll(manifest.without(DESCRIPTIVE));
        own.put("display", link == null ? null : Mapping.builder().put("url", link).build());
        Mapping content = Mapping.builder().put("manifest", own.build()).put("mods", mods.documents()).build();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Json.write(sorted(content)));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static Document sorted(Document document) {
        return switch (document) {
            case Scalar scalar -> scalar;
            case Sequence list -> new Sequence(list.items().stream().map(ContentDigest::sorted).toList());
            case Mapping mapping -> {
                Map<String, Document> byKey = new TreeMap<>(mapping.fields());
                Mapping.Builder sorted = Mapping.builder();
                byKey.forEach((key, value) -> sorted.put(key, sorted(value)));
                yield sorted.build();
            }
        };
    }
}
