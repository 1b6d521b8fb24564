package dev.asmp.daemon;

import dev.asmp.events.Feed;
import dev.asmp.vm.VmChange;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Passes on the changes of the fleet, in order on a thread of its own, so that no reader of them holds up the fleet's writer. */
final class FleetNotifier implements Consumer<VmChange> {
    private final Consumer<VmChange> told;
    private final Deliveries deliveries;

    /** Passes changes on to the readers of a feed. */
    FleetNotifier(Feed feed, long bytes, Log log) {
        this(change -> tell(change, feed), feed::skip, bytes, log::error);
    }

    /** Calls {@code missed} once for all changes that were dropped since too many waited. */
    FleetNotifier(Consumer<VmChange> told, Runnable missed, long bytes, Consumer<String> warnings) {
        this.told = told;
        this.deliveries = new Deliveries(bytes, count -> {
            warnings.accept(count + " changes of VMs were not told one by one: there were too many at once");
            missed.run();
        }, warnings);
    }

    @Override
    public void accept(VmChange change) {
        deliveries.add(change.vm().heapBytes(), () -> told.accept(change));
    }

    /** Waits until all is told, no longer than this. */
    void flush(Duration atMost) {
        deliveries.flush(atMost);
    }

    /** Publishes a change on the change stream, with secrets masked. */
    private static void tell(VmChange change, Feed feed) {
        String kind = change.kind().name().toLowerCase(Locale.ROOT);
        feed.publish(kind, change.vm().id(),
                List.of("name:" + change.vm().name(), "role:" + change.vm().role().word()),
                change.vm().shown().json());
    }
}
