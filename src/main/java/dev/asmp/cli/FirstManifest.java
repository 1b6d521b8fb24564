package dev.asmp.cli;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Schemas;
import dev.asmp.manifest.ServiceName;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** First manifest of a project: what its files tell, and hints for the rest. */
record FirstManifest(String name, @Nullable String description, @Nullable String repo, List<String> provides,
        @Nullable Integer port) {
    /** The comment in which a YAML editor finds the schema. */
    static final String SCHEMA = "# yaml-language-server: $schema=";

    /** Makes one from what the files of a folder tell. */
    static FirstManifest of(Path folder, @Nullable String name, List<String> provides, @Nullable Integer port) {
        ProjectFolder project = ProjectFolder.of(folder);
        String called = Stream.of(project.name(), String.valueOf(folder.toAbsolutePath().normalize().getFileName()))
                .filter(Objects::nonNull).map(FirstManifest::asName).filter(ServiceName::isValid).findFirst()
                .orElse("my-service");
        return new FirstManifest(name == null ? called : name, project.description(), project.origin(), provides,
                port);
    }

    /** The nearest good name; what stands before a slash is an owner or a path. */
    private static String asName(String text) {
        String name = ascii(text.substring(text.lastIndexOf('/') + 1)).replaceAll("[^A-Za-z0-9._-]+", "-")
                .replaceAll("^[^A-Za-z0-9]+", "");
        return name.substring(0, Math.min(name.length(), ServiceName.MAX_LENGTH)).replaceAll("[._-]+$", "");
    }

    /** Letters beyond ASCII as people write them without: Größe is Groesse, café is cafe. */
    private static String ascii(String text) {
        StringBuilder written = new StringBuilder();
        for (char c : Normalizer.normalize(text, Normalizer.Form.NFC).toCharArray()) {
            written.append(switch (c) {
                case 'ä', 'æ' -> "ae";
                case 'ö', 'ø', 'œ' -> "oe";
                case 'ü' -> "ue";
                case 'Ä', 'Æ' -> "Ae";
                case 'Ö', 'Ø', 'Œ' -> "Oe";
                case 'Ü' -> "Ue";
                case 'ß' -> "ss";
                case 'å' -> "aa";
                case 'Å' -> "Aa";
                case 'ł' -> "l";
                case 'Ł' -> "L";
                default -> String.valueOf(c);
            });
        }
        return Normalizer.normalize(written, Normalizer.Form.NFD).replaceAll("\\p{M}+", "");
    }

    String yaml() {
        return SCHEMA + Schemas.url(Schemas.MANIFEST) + "\n" + line("asmp", Manifest.VERSION)
                + "kind: service    # or tool, mcp-server, ai-model\n" + line("name", name)
                + (description == null
                        ? "# description: what it does, for whom, and when to take it; agents choose by it\n"
                        : line("description", Terminal.clean(description)))
                + (repo == null ? "" : line("repo", repo)) + """

                        capabilities:
                          provides:
                            # What it can do, as domain.action or domain.resource.action
                        """ + capabilities() + endpoints();
    }

    /** A line for each capability; without one an example, which is a comment so that it is never found. */
    private String capabilities() {
        StringBuilder lines = new StringBuilder();
        provides.forEach(capability -> lines.append("    - ").append(Yaml.write(Scalar.text(capability))));
        return lines.isEmpty() ? "    # - email.send\n" : lines.toString();
    }

    private String endpoints() {
        return port == null ? """

                # Where it answers, if it does:
                # endpoints:
                #   - {protocol: http, host: 127.0.0.1, port: 7100}
                """ : """

                endpoints:
                  - {protocol: http, host: 127.0.0.1, port: %d}

                # A connection is healthy; with method http and a URL, an answer of 2xx or 3xx is.
                health: {method: tcp, target: "127.0.0.1:%d", interval: 30s}
                """.formatted(port, port);
    }

    static String line(String key, String text) {
        return Yaml.write(Mapping.builder().put(key, text).build());
    }
}
