package dev.asmp.vm;

import dev.asmp.Registries;
import dev.asmp.etcd.EtcdMember;
import dev.asmp.etcd.EtcdMembers;
import dev.asmp.etcd.EtcdVmStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The engine over a real etcd keeps the contract, unchanged. */
class EtcdVmStoreTest extends VmStoreContract {
    private static final Duration WINDOW = Heartbeat.STALE_AFTER;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @TempDir
    private static Path folder;

    private static EtcdMembers etcd;

    private final TwoClocks clocks = new TwoClocks();
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private String prefix;
    private EtcdVmStore store;

    @BeforeAll
    static void startEtcd() throws IOException {
        etcd = new EtcdMembers(folder, 1);
    }

    @AfterAll
    static void stopEtcd() {
        if (etcd != null) {
            etcd.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        prefix = "/test/" + NUMBER.incrementAndGet();
        store = opened();
    }

    private EtcdVmStore opened() throws IOException {
        return new EtcdVmStore(etcd.settings(prefix), new EtcdMember("p" + NUMBER.incrementAndGet(), "here",
                "test", Duration.ofMillis(100)), clocks, clocks, Registries.queue(), 1L << 30, log::add);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    VmStore store() {
        return store;
    }

    @Override
    void restart() throws IOException {
        store.close();
        store = opened();
    }

    @Override
    void aMomentPasses() {
        clocks.pass(Duration.ofMillis(3));
    }

    @Override
    void theWindowPasses() {
        clocks.pass(WINDOW);
    }

    @Override
    void mostOfTheWindowPasses() {
        clocks.pass(WINDOW.dividedBy(3).multipliedBy(2));
    }
}
