package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.document.Yaml;
import dev.asmp.vm.EmbeddedVmStore;
import dev.asmp.vm.VmChange;
import dev.asmp.vm.VmRegistration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FleetNotifierTest {
    @TempDir
    private Path folder;

    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    private static VmRegistration vm(String id) {
        return VmRegistration.of(Yaml.read("{id: " + id + ", name: n, role: worker, address: a, registeredBy: t}"));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aReaderOfChangesThatHangsHoldsUpNoChangeAndIsToldOfAllInOrder() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        Consumer<VmChange> reader = change -> {
            await(hang);
            told.add(change.kind() + " " + change.vm().id());
        };
        FleetNotifier notifier = new FleetNotifier(reader, () -> told.add("missed"), 1L << 20, told::add);
        try (EmbeddedVmStore store = new EmbeddedVmStore(folder.resolve("vms"), TestClock.somewhen(), () -> 0,
                Registries.queue(), 1L << 30, told::add)) {
            store.subscribe(notifier);
            IntStream.range(0, 100).forEach(i -> store.register(vm("vm-" + i)));
            store.remove("vm-7");
            assertEquals(List.of(), told, "while the reader hangs");
            hang.countDown();
            notifier.flush(Duration.ofSeconds(20));
        }
        List<String> all = new ArrayList<>(IntStream.range(0, 100).mapToObj(i -> "REGISTERED vm-" + i).toList());
        all.add("REMOVED vm-7");
        assertEquals(all, told);
    }
}
