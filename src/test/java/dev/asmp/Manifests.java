package dev.asmp;

import dev.asmp.document.Yaml;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.Manifest;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Manifests that tests speak about. */
public final class Manifests {
    /** The profile of a host called box, with no policy. */
    public static final HostProfile BOX = HostProfile.of(Yaml.read("{host_id: box, device_class: vm}"),
            new Environment(Map.of("HOME", "/nowhere"), FileSystems.getDefault()));

    private static final AtomicInteger NEXT = new AtomicInteger(7100);
    private static final Map<String, Integer> PORTS = new ConcurrentHashMap<>(Map.of("mail", 7100));

    private Manifests() {}

    /** Each name has a port of its own, since two services cannot declare the same. */
    public static int port(String name) {
        return PORTS.computeIfAbsent(name, _ -> NEXT.incrementAndGet());
    }

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
                  - {protocol: http, host: 127.0.0.1, port: %d}
                """.formatted(name, name, version, provides.length == 0 ? name + ".use" : String.join(", ", provides),
                port(name));
    }

    public static byte[] bytes(String name, String version, String... provides) {
        return yaml(name, version, provides).getBytes(StandardCharsets.UTF_8);
    }

    public static Manifest of(String name, String version, String... provides) {
        return Manifest.of(Yaml.read(yaml(name, version, provides)));
    }
}
