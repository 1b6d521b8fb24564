package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the host's owner for registrations. An absent key restricts nothing.
 *
 * @param pins the manifests that alone may provide these names
 */
public record Policy(boolean agentCanRegister, boolean requiresApproval, @Nullable Integer maxServices,
        @Nullable PortRanges allowedPorts, boolean uniquePorts, boolean refusesTakeover,
        @Nullable String defaultSensitivity, Map<String, Path> pins) {
    public static final Policy OPEN = new Policy(true, false, null, null, false, false, null, Map.of());

    public Policy {
        pins = Map.copyOf(pins);
    }

    /** Tells whether this file, and no other, may provide this name. */
    public boolean isPinned(String name, @Nullable String source) {
        Path pin = pins.get(name);
        return pin != null && pin.toString().equals(source);
    }

    static Policy of(Mapping policy, Environment environment, FieldReader check) {
        return new Policy(check.bool(policy, "policy.agent_can_register", true),
                check.bool(policy, "policy.requires_approval", false),
                check.integer(policy, "policy.max_services", 0, 100_000),
                check.value(policy, "policy.allowed_ports", PortRanges::of),
                check.bool(policy, "policy.unique_ports", false),
                Boolean.TRUE.equals(check.value(policy, "policy.takeover", Policy::refuses)),
                policy.get("data_sensitivity_default") instanceof Scalar scalar ? scalar.text() : null,
                pins(policy, environment, check));
    }

    private static Map<String, Path> pins(Mapping policy, Environment environment, FieldReader check) {
        Map<String, Path> pins = new HashMap<>();
        if (!(policy.get("pin") instanceof Mapping) && !FieldReader.isAbsent(policy.get("pin"))) {
            check.add("policy.pin", "must be a mapping of names to files, such as {mail: ~/src/mail/asmp.yaml}");
        }
        Mapping written = policy.mapping("pin");
        for (String name : written.fields().keySet()) {
            Path file = check.valueOf(written.get(name), "policy.pin." + name,
                    value -> environment.expand(ValueType.text(value)));
            if (file != null) {
                pins.put(name, real(file));
            }
        }
        return pins;
    }

    /** The path under which a scan finds a file: without links on the way. */
    private static Path real(Path file) {
        Path folder = file.getParent();
        try {
            return folder == null ? file : folder.toRealPath().resolve(file.getFileName());
        } catch (IOException _) {
            return file;
        }
    }

    private static boolean refuses(Document written) {
        String word = ValueType.text(written);
        if (!word.equals("allow") && !word.equals("refuse")) {
            throw new IllegalArgumentException("must be allow or refuse, but is " + Printable.quoted(word));
        }
        return word.equals("refuse");
    }
}
