package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Limits;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A valid service manifest: its document as it was written, every unknown key included, with the registry's own keys taken
 * off and the fields that are text by contract turned into text.
 */
public final class Manifest {
    /** The protocol version that this registry speaks. */
    public static final String VERSION = "0.1";

    private static final Set<String> TEXT_FIELDS = Set.of("asmp", "name", "version", "description");
    private static final Set<String> CAPABILITY_LISTS = Set.of("provides", "requires", "owns", "supports", "optional");

    private final Mapping document;
    private final List<String> provides;
    private volatile byte @Nullable [] json;
    private volatile @Nullable String yaml;

    private Manifest(Mapping document) {
        this.document = document;
        this.provides = document.mapping("capabilities").texts("provides").stream().distinct().toList();
    }

    /** Reads the YAML of a manifest file or body. */
    public static Manifest read(byte[] yaml) {
        if (yaml.length > Limits.MANIFEST_BYTES) {
            throw tooLarge(yaml.length);
        }
        return of(Yaml.read(yaml));
    }

    /** Says that a manifest has too many bytes. */
    public static MalformedDocumentException tooLarge(long bytes) {
        return new MalformedDocumentException(
                "the manifest has " + bytes + " bytes; at most " + Limits.MANIFEST_BYTES + " are allowed", 0, 0);
    }

    /** Checks a document and takes it as a manifest; throws with all problems at once. */
    public static Manifest of(Document document) {
        if (!(document instanceof Mapping mapping)) {
            throw new InvalidDocumentException("", "a manifest is a mapping of keys, but this is "
                    + document.kindName());
        }
        Mapping own = mapping.without(IndexKeys.ALL);
        List<Problem> problems = ManifestCheck.problems(own);
        if (!problems.isEmpty()) {
            throw new InvalidDocumentException(problems);
        }
        return new Manifest(withTexts(own));
    }

    private static Mapping withTexts(Mapping document) {
        Mapping.Builder texts = Mapping.builder();
        document.fields().forEach((key, value) -> {
            if (value instanceof Scalar scalar && TEXT_FIELDS.contains(key)) {
                texts.put(key, scalar.asText());
            } else if (value instanceof Mapping capabilities && key.equals("capabilities")) {
                texts.put(key, capabilityTexts(capabilities));
            } else {
                texts.put(key, value);
            }
        });
        return texts.build();
    }

    private static Mapping capabilityTexts(Mapping capabilities) {
        Mapping.Builder texts = Mapping.builder();
        capabilities.fields().forEach((key, value) -> texts.put(key,
                value instanceof Sequence list && CAPABILITY_LISTS.contains(key) ? itemsAsText(list) : value));
        return texts.build();
    }

    private static Sequence itemsAsText(Sequence list) {
        return new Sequence(list.items().stream()
                .map(item -> item instanceof Scalar scalar ? scalar.asText() : item).toList());
    }

    public Mapping document() {
        return document;
    }

    public String name() {
        return textOr("name", "");
    }

    public String kind() {
        return textOr("kind", "");
    }

    public String description() {
        return textOr("description", "");
    }

    /** The capabilities in the manifest's order, each once. */
    public List<String> provides() {
        return provides;
    }

    /** Other names by which people ask for the service, wherever the manifest wrote them. */
    public List<String> aliases() {
        List<String> aliases = new ArrayList<>(document.texts("aliases"));
        aliases.addAll(document.mapping("capabilities").texts("aliases"));
        return aliases.stream().distinct().toList();
    }

    public @Nullable String section() {
        String section = document.text("section");
        return section == null ? document.mapping("display").text("section") : section;
    }

    /** This manifest with a sensitivity of its data, where it says none and there is one to fill in. */
    public Manifest withSensitivity(@Nullable String sensitivity) {
        Document data = document.get("data");
        boolean fits = data == null || data instanceof Mapping;
        Mapping declared = document.mapping("data");
        if (sensitivity == null || !fits || !FieldReader.isAbsent(declared.get("sensitivity"))) {
            return this;
        }
        return new Manifest(document.with("data", declared.with("sensitivity", Scalar.text(sensitivity))));
    }

    /** The document as JSON; not to be changed. */
    public byte[] json() {
        byte[] written = json;
        if (written == null) {
            written = Json.write(document);
            json = written;
        }
        return written;
    }

    /** The document as YAML. */
    public String yaml() {
        String written = yaml;
        if (written == null) {
            written = Yaml.write(document);
            yaml = written;
        }
        return written;
    }

    /** This manifest with the digest of a model's key that another one of its name has, in place of a placeholder. */
    public Manifest keepingDigest(Supplier<Manifest> before) {
        Mapping kept = ModelKeys.keepingDigest(document, () -> before.get().document);
        return kept.equals(document) ? this : new Manifest(kept);
    }

    /** The address of the code, as far as the manifest has one. */
    public @Nullable String repo() {
        Mapping infra = document.mapping("infra");
        return Stream.of(document.text("repo"), infra.text("repo"), infra.text("github"))
                .filter(text -> text != null).findFirst().orElse(null);
    }

    /** The endpoints as declared; an empty list where there are none. */
    public Sequence endpoints() {
        return new Sequence(document.list("endpoints"));
    }

    /** The ports of endpoints on this host: those whose host is this one by name or address, or is not said. */
    public List<Integer> localPorts() {
        List<Integer> ports = new ArrayList<>();
        for (Document item : endpoints().items()) {
            if (item instanceof Mapping endpoint && isHere(endpoint.text("host"))) {
                String port = endpoint.text("port");
                if (port != null && port.matches("[0-9]{1,5}")) {
                    ports.add(Integer.valueOf(port));
                }
            }
        }
        return ports;
    }

    private static boolean isHere(@Nullable String host) {
        return host == null || ApiAddress.isLoopback(host) || host.equals("0.0.0.0") || host.equals("::");
    }

    /** The weaknesses of what is valid. */
    public List<Problem> warnings() {
        return ManifestWarnings.of(document);
    }

    /** Unknown keys that are probably typos of known ones. */
    public List<Problem> typos() {
        return KnownKeys.MANIFEST.typos(document);
    }

    private String textOr(String key, String otherwise) {
        String text = document.text(key);
        return text == null ? otherwise : text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Manifest manifest && manifest.document.equals(document);
    }

    @Override
    public int hashCode() {
        return document.hashCode();
    }

    @Override
    public String toString() {
        return "Manifest[" + name() + "]";
    }
}
