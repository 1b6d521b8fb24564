package dev.asmp.registry;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Manifest;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an entry says by its manifest, made ready once: what lookups compare, and the JSON that they answer. It stays the same
 * while the registry's own state of the entry changes.
 *
 * @param manifest the manifest as a JSON object
 * @param offer what a manifest contributes to the answer to "who provides this?", as a JSON object
 */
record EntryText(String name, String kind, @Nullable String section, List<String> provides, List<String> aliases,
        String searchText, byte[] manifest, byte[] offer) {
    static EntryText of(Manifest manifest) {
        String searchText = Stream
                .of(Stream.of(manifest.name(), manifest.description()), manifest.provides().stream(),
                        manifest.aliases().stream())
                .flatMap(texts -> texts).map(text -> text.toLowerCase(Locale.ROOT)).collect(Collectors.joining("\n"));
        String repo = manifest.repo();
        Mapping offer = Mapping.builder().put("name", manifest.name()).put("description", manifest.description())
                .put("kind", manifest.kind()).put("section", manifest.section())
                .put("provides", Sequence.ofTexts(manifest.provides())).put("endpoints", manifest.endpoints())
                .put("repo", repo == null ? Scalar.NULL : Scalar.text(repo)).build();
        return new EntryText(manifest.name(), manifest.kind(), manifest.section(), manifest.provides(),
                manifest.aliases(), searchText, Json.write(manifest.document()), Json.write(offer));
    }

    void writeTo(DataOutputStream out) throws IOException {
        Snapshot.writeText(name, out);
        Snapshot.writeText(kind, out);
        Snapshot.writeText(section, out);
        Snapshot.writeTexts(provides, out);
        Snapshot.writeTexts(aliases, out);
        Snapshot.writeText(searchText, out);
        Snapshot.writeBytes(manifest, out);
        Snapshot.writeBytes(offer, out);
    }

    static EntryText readFrom(DataInputStream in) throws IOException {
        return new EntryText(Objects.requireNonNull(Snapshot.readText(in)),
                Objects.requireNonNull(Snapshot.readText(in)), Snapshot.readText(in), Snapshot.readTexts(in),
                Snapshot.readTexts(in), Objects.requireNonNull(Snapshot.readText(in)), Snapshot.readBytes(in),
                Snapshot.readBytes(in));
    }
}
