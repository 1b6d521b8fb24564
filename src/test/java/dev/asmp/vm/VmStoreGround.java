package dev.asmp.vm;

import static dev.asmp.vm.Vms.ids;
import static dev.asmp.vm.Vms.text;
import static dev.asmp.vm.Vms.vm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asmp.Until;
import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import dev.asmp.store.RefusedException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the contract's tests ask of an engine's own test: the store, how it is restarted, how its time passes; and what they share. */
abstract class VmStoreGround {
    /** The store, empty at the start of each test. */
    abstract VmStore store();

    /** Closes the store and opens it again, as a restart does. */
    abstract void restart() throws Exception;

    /** Lets some milliseconds pass. */
    abstract void aMomentPasses() throws Exception;

    /** Lets time pass until VMs without a heartbeat are stale. */
    abstract void theWindowPasses() throws Exception;

    /** Lets more than half of that time pass. */
    abstract void mostOfTheWindowPasses() throws Exception;

    /** Makes an engine whose clock stands still look at what is due; one with a real clock does so by itself. */
    void aWhilePasses() {}

    final VmEntry register(VmRegistration vm) {
        return store().register(vm);
    }

    final void register(String... ids) {
        Stream.of(ids).forEach(id -> register(vm(id)));
    }

    final VmEntry get(String id) {
        return Objects.requireNonNull(store().get(id), id);
    }

    final List<String> all() {
        return ids(store().list(VmQuery.ALL).vms());
    }

    final List<String> workers() {
        return ids(store().discover(VmRole.WORKER));
    }

    final void assertRefused(RefusedException.Reason reason, String text, Runnable deed) {
        RefusedException refused = assertThrows(RefusedException.class, deed::run);
        assertEquals(reason, refused.reason());
        assertEquals(text, refused.getMessage());
    }

    final List<String> listed(@Nullable VmRole role, @Nullable VmStatus status, @Nullable String text) {
        return listed(new VmQuery(role, status, text, VmQuery.NO_LIMIT, null));
    }

    final List<String> listed(VmQuery query) {
        return ids(store().list(query).vms());
    }

    final void assertResolved(String id, String name) {
        VmEntry vm = store().resolve(name);
        assertNotNull(vm, name);
        assertEquals(id, vm.id());
    }

    /** Silence is noticed at a request, or after a while. */
    final void awaitTold(List<String> told, String what) {
        Until.holds(() -> told.contains(what), this::aWhilePasses, () -> what + " is told");
    }

    final List<String> texts() {
        return store().list(VmQuery.ALL).vms().stream().map(Vms::text).toList();
    }
}
