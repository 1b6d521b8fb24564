package dev.asmp.manifest;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import org.jspecify.annotations.Nullable;

/** What the owner of the host allows. An absent key restricts nothing. */
public record Policy(boolean agentCanRegister, boolean requiresApproval, @Nullable Integer maxServices,
        @Nullable PortRanges allowedPorts, @Nullable String defaultSensitivity) {
    public static final Policy OPEN = new Policy(true, false, null, null, null);

    static Policy of(Mapping policy, FieldReader check) {
        return new Policy(check.bool(policy, "policy.agent_can_register", true),
                check.bool(policy, "policy.requires_approval", false),
                check.integer(policy, "policy.max_services", 0, 100_000),
                check.value(policy, "policy.allowed_ports", PortRanges::of),
                policy.get("data_sensitivity_default") instanceof Scalar scalar ? scalar.text() : null);
    }
}
