package dev.asmp;

import dev.asmp.document.Yaml;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.Manifest;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.util.Map;

/** Manifests that tests speak about. */
public final class Manifests {
    /** The profile of a host called box, with no policy. */
    public static final HostProfile BOX = HostProfile.of(Yaml.read("{host_id: box, device_class: vm}"),
            new Environment(Map.of("HOME", "/nowhere"), FileSystems.getDefault()));

    private Manifests() {}

    /** The YAML of a small valid manifest. */
    public static String yaml(String name, String version, String... provides) {
        return """
                asmp: "0.1"
                kind: service
                name: %s
                description: the %s of this machine
                version: %s
                capabilities:
                  provides: [%s]
                endpoints:
                  - {protocol: http, host: 127.0.0.1, port: 7100}
                """.formatted(name, name, version, provides.length == 0 ? name + ".use" : String.join(", ", provides));
    }

    public static byte[] bytes(String name, String version, String... provides) {
        return yaml(name, version, provides).getBytes(StandardCharsets.UTF_8);
    }

    public static Manifest of(String name, String version, String... provides) {
        return Manifest.of(Yaml.read(yaml(name, version, provides)));
    }
}
