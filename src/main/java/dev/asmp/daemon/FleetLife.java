package dev.asmp.daemon;

import dev.asmp.events.Feed;
import dev.asmp.fleet.Reaper;
import dev.asmp.fleet.VmFleet;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.store.RefusedException;
import dev.asmp.vers.VersApi;
import dev.asmp.vers.VersException;
import dev.asmp.vers.VersKey;
import dev.asmp.vers.VersSettings;
import dev.asmp.vers.VmTransports;
import dev.asmp.vm.VmStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The VMs that this host makes, built when they are first asked for: a daemon without any loads none of it. */
final class FleetLife implements Supplier<VmFleet>, AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(20);

    private final Environment environment;
    private final Supplier<HostProfile> profile;
    private final VmStore store;
    private final Feed feed;
    private final InstantSource clock;
    private final Log log;
    private @Nullable VmFleet made;
    private @Nullable String lastFailure;

    FleetLife(Environment environment, Supplier<HostProfile> profile, VmStore store, Feed feed, InstantSource clock,
            Log log) {
        this.environment = environment;
        this.profile = profile;
        this.store = store;
        this.feed = feed;
        this.clock = clock;
        this.log = log;
    }

    /** The operations; refused without a key, so that no call is made in vain. */
    @Override
    public VmFleet get() {
        if (new VersKey(environment).get() == null) {
            throw new RefusedException(RefusedException.Reason.CONFLICT,
                    "the daemon has no key for Vers: run asmp vers login, or start it with " + VersKey.VARIABLE);
        }
        return fleet();
    }

    private synchronized VmFleet fleet() {
        VmFleet fleet = made;
        if (fleet == null) {
            VersSettings settings = VersSettings.of(environment);
            VersKey key = new VersKey(environment);
            VersApi api = new VersApi(settings, key::get);
            fleet = new VmFleet(new VmFleet.Setup(api, settings,
                    VmTransports.of(settings, api, environment.stateFolder(),
                            environment.variable(VmTransports.VARIABLE)),
                    store, feed, profile.get().hostId(), key::owner, () -> profile.get().fleet().mostVms(), clock,
                    log::warn, environment::variable));
            made = fleet;
        }
        return fleet;
    }

    void begin(PeriodicTasks tasks) {
        tasks.repeat("the fleet's VMs", () -> PAUSE, this::tend);
    }

    /** Does what is due, where there are VMs of ours or calls that are not settled. */
    private void tend() {
        if (store.kept("vm/").isEmpty() && store.kept("op/").isEmpty()) {
            return;
        }
        if (new VersKey(environment).get() == null) {
            return;
        }
        try {
            new Reaper(fleet()).tend(profile.get().fleet().idleTtl());
            lastFailure = null;
        } catch (VersException | RefusedException e) {
            String said = String.valueOf(e.getMessage());
            if (!said.equals(lastFailure)) {
                log.warn("the fleet's VMs: " + said);
            }
            lastFailure = said;
        }
    }

    @Override
    public synchronized void close() {
        if (made != null) {
            made.transport().close();
        }
    }
}
