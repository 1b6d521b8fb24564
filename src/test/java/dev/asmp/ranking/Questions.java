package dev.asmp.ranking;

import dev.asmp.document.Document;
import dev.asmp.document.Sequence;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The questions and services of the test resources. */
final class Questions {
    private static final List<String> REAL = List.of("docket-md", "mafia", "openrouter-glm-5.2", "staircase");

    private Questions() {}

    /** A question, and the service that should answer it. */
    record Pair(String question, String expected) {}

    /** A service by name, with what speaks for it. */
    record Service(String name, Evidence evidence) {
        static Service of(Document document) {
            Manifest manifest = Manifest.of(document);
            return new Service(manifest.name(), Evidence.of(manifest, List.of()));
        }
    }

    static List<Service> services() throws IOException {
        List<Service> services = new ArrayList<>();
        ((Sequence) Yaml.read(bytes("/ranking/services.yaml"))).items().forEach(item -> services.add(Service.of(item)));
        for (String name : REAL) {
            services.add(Service.of(Yaml.read(bytes("/manifests/" + name + ".asmp.yaml"))));
        }
        return services;
    }

    static List<Pair> pairs() throws IOException {
        List<Pair> pairs = new ArrayList<>();
        String file = new String(bytes("/ranking/questions.tsv"), StandardCharsets.UTF_8);
        file.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int tab = line.indexOf('\t');
            pairs.add(new Pair(line.substring(0, tab), line.substring(tab + 1)));
        });
        return pairs;
    }

    static byte[] bytes(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(Questions.class.getResourceAsStream(resource), resource)) {
            return in.readAllBytes();
        }
    }
}
