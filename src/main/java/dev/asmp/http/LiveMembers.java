package dev.asmp.http;

import dev.asmp.document.JsonSplice;
import dev.asmp.document.Mapping;
import dev.asmp.health.HealthMonitor;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Liveness;
import dev.asmp.registry.Registry;
import org.jspecify.annotations.Nullable;

/** What an answer says of a service beside its entry: the last probe's result, and the problem with its manifest now. */
record LiveMembers(HealthMonitor health, Registry registry, DaemonState daemon) implements Liveness {
    @Override
    public @Nullable Boolean healthy(String name) {
        return health.healthy(name);
    }

    @Override
    public @Nullable Entry current(String name) {
        return registry.catalog().find(name);
    }

    @Override
    public byte[] members(String name) {
        Entry entry = current(name);
        return entry == null ? health.of(name).members() : members(entry);
    }

    byte[] members(Entry entry) {
        byte[] result = health.of(entry.name()).members();
        // What waits for the owner is told with the proposal.
        String problem = registry.catalog().proposal(entry.name()) == null
                ? problem(entry.name(), entry.state().source())
                : null;
        return problem == null
                ? result
                : JsonSplice.append(result, JsonSplice.members(Mapping.builder().put("problem", problem).build()));
    }

    /** The problem with the manifest of a service, found by the last look at it; null where there is none. */
    @Nullable
    String problem(String name, @Nullable String source) {
        DaemonState.Issue issue = daemon.issueOf(name, source);
        return issue == null ? null : issue.path() + ": " + issue.error();
    }

    @Override
    public long revision() {
        return health.revision() + daemon.issuesRevision();
    }
}
