package dev.asmp.registry;

import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Policy;
import dev.asmp.manifest.PortRanges;
import org.jspecify.annotations.Nullable;

/** What the owner's policy says about a claim. Pure: it refuses by an exception or lets pass. */
final class Admission {
    /** Whatever a policy allows: beyond this the registry would be the wrong tool. */
    static final int MAX_ENTRIES = 100_000;

    private Admission() {}

    /** Who claims: a program over the API, or the owner's own scan. */
    enum By {
        AGENT, SCAN
    }

    /** Checks a claim; {@code known} when its name is registered already, {@code count} how many names are. */
    static void check(Policy policy, By who, Manifest manifest, boolean known, int count) {
        if (who == By.AGENT && !policy.agentCanRegister()) {
            throw new RefusedException(RefusedException.Reason.FORBIDDEN,
                    "the policy of this host does not let programs register (policy.agent_can_register)");
        }
        checkPorts(policy.allowedPorts(), manifest);
        if (!known) {
            checkNewName(policy, count);
        }
    }

    private static void checkNewName(Policy policy, int count) {
        int limit = policy.maxServices() == null ? MAX_ENTRIES : policy.maxServices();
        if (count >= limit) {
            throw new RefusedException(RefusedException.Reason.CONFLICT,
                    "the registry is full: it holds " + count + " services, and at most " + limit + " are allowed");
        }
        if (policy.requiresApproval()) {
            // Approvals come with a later version. Until then what needs one stays out.
            throw new RefusedException(RefusedException.Reason.FORBIDDEN,
                    "the policy of this host wants a person's approval of every new name (policy.requires_approval),"
                            + " and this version has no way to give it");
        }
    }

    private static void checkPorts(@Nullable PortRanges allowed, Manifest manifest) {
        if (allowed != null) {
            manifest.localPorts().stream().filter(port -> !allowed.contains(port)).findFirst().ifPresent(port -> {
                throw new InvalidDocumentException("endpoints",
                        "port " + port + " is not among those the policy of this host allows: " + allowed);
            });
        }
    }
}
