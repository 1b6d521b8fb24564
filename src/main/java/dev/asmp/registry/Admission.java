package dev.asmp.registry;

import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Policy;
import dev.asmp.manifest.PortRanges;
import dev.asmp.store.RefusedException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The owner's policy applied to a claim: a pure rule that refuses by an exception. */
final class Admission {
    /** The limit whatever the policy allows. */
    static final int MAX_ENTRIES = 100_000;
    private static final long MEGABYTE = 1024 * 1024;

    private Admission() {}

    /** Who claims: a program over the API, the owner's own scan, or the owner. */
    enum By {
        AGENT, SCAN, OWNER
    }

    /** Checks whether the claimant may change the registry at all. */
    static void checkWho(Policy policy, By who) {
        if (who == By.AGENT && !policy.agentCanRegister()) {
            throw new RefusedException(RefusedException.Reason.FORBIDDEN,
                    "the policy of this host does not let programs register (policy.agent_can_register)");
        }
    }

    /** Checks a claim against the policy and what is registered. */
    static void check(Policy policy, By who, Manifest manifest, Catalog catalog) {
        checkWho(policy, who);
        checkPin(policy, who, manifest.name(), catalog.find(manifest.name()));
        checkPorts(policy.allowedPorts(), manifest);
        if (policy.uniquePorts()) {
            checkClash(manifest, catalog);
        }
        boolean known = catalog.find(manifest.name()) != null || catalog.proposal(manifest.name()) != null;
        if (!known) {
            checkCount(policy, catalog);
        }
    }

    /** The refusal of what would take more memory than the index may have. */
    static RefusedException indexIsFull(long held, long budget) {
        return new RefusedException(RefusedException.Reason.CONFLICT, "the index is full: it holds "
                + held / MEGABYTE + " MB of " + budget / MEGABYTE
                + " MB; remove services or make their manifests smaller");
    }

    /** Whether an owner must see this before it is in service: another content, or a longer life. */
    static boolean needsApproval(Policy policy, @Nullable Entry entry, Merge.Next next) {
        return policy.requiresApproval()
                && (entry == null || next.state().outlives(entry.state()) || !isSameContent(entry, next));
    }

    static boolean isSameContent(Entry entry, Merge.Next next) {
        return entry.contentDigest().equals(ContentDigest.of(next.manifest().document(), next.mods()));
    }

    private static void checkCount(Policy policy, Catalog catalog) {
        int limit = policy.maxServices() == null ? MAX_ENTRIES : policy.maxServices();
        boolean maybeFull = catalog.size() + catalog.proposals().size() >= limit;
        if (maybeFull && catalog.takenNames() >= limit) {
            throw new RefusedException(RefusedException.Reason.CONFLICT, "the registry is full: it holds "
                    + catalog.takenNames() + " services, and at most " + limit + " are allowed");
        }
    }

    /** Checks that a program does not claim a name that is pinned to a file, but for the service of that file. */
    private static void checkPin(Policy policy, By who, String name, @Nullable Entry entry) {
        if (who == By.AGENT && policy.pins().containsKey(name)
                && (entry == null || !policy.isPinned(name, entry.state().source()))) {
            throw pinned(policy, name);
        }
    }

    private static RefusedException pinned(Policy policy, String name) {
        return new RefusedException(RefusedException.Reason.CONFLICT, "'" + name + "' is pinned to "
                + policy.pins().get(name) + ", and nothing else may provide it (policy.pin)");
    }

    /** Checks whether another source may replace an entry. */
    static void checkTakeover(Policy policy, Entry entry, Merge.Next next) {
        if (policy.pins().containsKey(entry.name())) {
            if (!policy.isPinned(entry.name(), next.state().source())) {
                throw pinned(policy, entry.name());
            }
        } else if (policy.refusesTakeover()) {
            String source = entry.state().source();
            throw new RefusedException(RefusedException.Reason.CONFLICT, "'" + entry.name() + "' belongs to "
                    + (source == null ? "another service (by " + entry.state().sync().word() + ")" : source)
                    + ", and nothing else may replace it (policy.takeover)");
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

    /** A service keeps a port that it shares already; stale and pending entries hold none. */
    private static void checkClash(Manifest manifest, Catalog catalog) {
        Entry entry = catalog.find(manifest.name());
        Set<Integer> held = entry == null ? Set.of() : Set.copyOf(entry.heldPorts());
        for (int port : manifest.localPorts()) {
            String holder = catalog.ports().holderOf(port, manifest.name());
            if (holder != null && !held.contains(port)) {
                throw new RefusedException(RefusedException.Reason.CONFLICT, "port " + port
                        + " is declared by the service '" + holder + "' already (policy.unique_ports)");
            }
        }
    }
}
