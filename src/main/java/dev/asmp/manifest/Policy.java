package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import org.jspecify.annotations.Nullable;

/** What the owner of the host allows. An absent key restricts nothing. */
public record Policy(boolean agentCanRegister, boolean requiresApproval, @Nullable Integer maxServices,
        @Nullable PortRanges allowedPorts, boolean uniquePorts, boolean refusesTakeover,
        @Nullable String defaultSensitivity) {
    public static final Policy OPEN = new Policy(true, false, null, null, false, false, null);

    static Policy of(Mapping policy, FieldReader check) {
        return new Policy(check.bool(policy, "policy.agent_can_register", true),
                check.bool(policy, "policy.requires_approval", false),
                check.integer(policy, "policy.max_services", 0, 100_000),
                check.value(policy, "policy.allowed_ports", PortRanges::of),
                check.bool(policy, "policy.unique_ports", false),
                Boolean.TRUE.equals(check.value(policy, "policy.takeover", Policy::refuses)),
                policy.get("data_sensitivity_default") instanceof Scalar scalar ? scalar.text() : null);
    }

    private static boolean refuses(Document written) {
        String word = ValueType.text(written);
        if (!word.equals("allow") && !word.equals("refuse")) {
            throw new IllegalArgumentException("must be allow or refuse, but is " + Printable.quoted(word));
        }
        return word.equals("refuse");
    }
}
