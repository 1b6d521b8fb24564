package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Weaknesses of a valid host profile, and settings without the effect that they seem to have. */
final class ProfileWarnings {
    private static final ValueTypes SHAPES = new ValueTypes()
            .put("", ValueType.oneOf(KnownValues.DEVICE_CLASSES), "device_class")
            .put("", ValueType.MAPPING, "os", "hardware", "observability", "federation", "fleet")
            .putTexts("", "capabilities")
            .put("policy", ValueType.oneOf(KnownValues.SENSITIVITIES), "data_sensitivity_default")
            .put("observability", ValueType.TEXT, "logs", "metrics").putMappings("federation.peers")
            .put("federation", ValueType.TEXT, "listen", "token_file").put("federation", ValueType.MAPPING, "tls")
            .put("federation", ValueType.MAPPING, "host_aliases")
            .put("fleet", ValueType.TEXT, "listen", "token_file")
            .put("fleet", ValueType.BOOLEAN, "allow_without_token").put("fleet", ValueType.MAPPING, "tls")
            .put("fleet.tls", ValueType.TEXT, "cert", "key")
            .put("", ValueType.MAPPING, "models").putTexts("models", "secrets");

    private ProfileWarnings() {}

    static List<Problem> of(Mapping document, Environment environment) {
        List<Problem> warnings = new ArrayList<>(SHAPES.complaints(document));
        warnings.addAll(KnownKeys.PROFILE.typos(document));
        String hostId = document.text("host_id");
        warnings.addAll(FederationSettings.of(document.mapping("federation"), hostId == null ? "" : hostId, environment,
                new FieldReader()).problems());
        Mapping discovery = document.mapping("discovery");
        List<Document> paths = discovery.list("scan_paths");
        for (int i = 0; i < paths.size(); i++) {
            look(paths.get(i), "discovery.scan_paths[" + i + "]", environment, warnings);
        }
        look(discovery.get("scan_paths"), "discovery.scan_paths", environment, warnings);
        return warnings;
    }

    private static void look(@Nullable Document path, String field, Environment environment, List<Problem> warnings) {
        String problem = path instanceof Scalar scalar && !scalar.isNull()
                ? problemWith(scalar.text(), environment)
                : null;
        if (problem != null) {
            warnings.add(new Problem(field, problem));
        }
    }

    private static @Nullable String problemWith(String written, Environment environment) {
        ScanPath scanPath = ScanPath.of(written, environment);
        if (scanPath.path() == null || Files.isDirectory(scanPath.path())) {
            return scanPath.problem();
        }
        return Printable.quoted(written) + (Files.exists(scanPath.path()) ? " is not a folder" : " does not exist");
    }
}
