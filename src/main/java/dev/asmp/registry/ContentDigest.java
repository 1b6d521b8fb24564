package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The digest of what an owner approves: the manifest without its descriptive keys, and the attached mods. A link is content
 * wherever it stands: it is where a person or an agent is sent. The order of keys does not matter.
 */
final class ContentDigest {
    private static final Set<String> DESCRIPTIVE = Set.of("description", "version", "display");
    /** Where links are usual; they are content as they are written. */
    private static final String DISPLAY = "display";
    private static final String URL = "url";
    private static final Pattern LINK = Pattern.compile(
            "\\b(?:[a-z][a-z0-9+.-]{0,30}://|www\\.|(?:mailto|javascript|data|tel):)[^\\s<>\"]+|//[^\\s<>\"/]+\\.[^\\s<>\"]+",
            Pattern.CASE_INSENSITIVE);

    private ContentDigest() {}

    static String of(Mapping manifest, Mods mods) {
        Document link = manifest.mapping(DISPLAY).get(URL);
        Mapping.Builder own = Mapping.builder().putAll(manifest.without(DESCRIPTIVE));
        own.put(DISPLAY, link == null ? null : Mapping.builder().put(URL, link).build());
        List<String> links = new ArrayList<>();
        addLinks(manifest.get("description"), links);
        addLinks(manifest.get("version"), links);
        addLinks(manifest.mapping(DISPLAY).without(List.of(URL)), links);
        own.put("description", links.isEmpty() ? null : Sequence.ofTexts(links));
        Mapping content = Mapping.builder().put("manifest", own.build()).put("mods", mods.documents()).build();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Json.write(sorted(content)));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static void addLinks(@Nullable Document text, List<String> links) {
        switch (text) {
            case null -> {
            }
            case Scalar scalar -> LINK.matcher(scalar.text()).results().map(MatchResult::group).forEach(links::add);
            case Sequence list -> list.items().forEach(item -> addLinks(item, links));
            case Mapping mapping -> new TreeMap<>(mapping.fields()).values().forEach(value -> addLinks(value, links));
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
