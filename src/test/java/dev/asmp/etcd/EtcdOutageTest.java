package dev.asmp.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Registries;
import dev.asmp.Until;
import dev.asmp.document.Mapping;
import dev.asmp.events.Feed;
import dev.asmp.http.FleetServer;
import dev.asmp.http.HttpBudgets;
import dev.asmp.manifest.EtcdSettings;
import dev.asmp.manifest.FleetSettings;
import dev.asmp.manifest.VmRole;
import dev.asmp.store.RefusedException;
import dev.asmp.vm.VmEntry;
import dev.asmp.vm.VmPatch;
import dev.asmp.vm.VmQuery;
import dev.asmp.vm.VmRegistration;
import dev.asmp.vm.VmStore;
import java.io.IOException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that share a fleet in a real etcd: what one writes the others show, and what becomes of them when etcd is away. */
@Timeout(60)
class EtcdOutageTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @TempDir
    private static Path folder;

    private static EtcdMembers etcd;

    private final List<EtcdVmStore> open = new ArrayList<>();
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong nanos = new AtomicLong(System.nanoTime());
    private final String prefix = "/outage/" + NUMBER.incrementAndGet();

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

    @AfterEach
    void close() {
        open.forEach(EtcdVmStore::close);
    }

    private EtcdVmStore process() throws IOException {
        return process(etcd.settings(prefix), InstantSource.system());
    }

    private EtcdVmStore process(EtcdSettings settings, InstantSource clock) throws IOException {
        EtcdVmStore store = new EtcdVmStore(settings, new EtcdMember("p" + NUMBER.incrementAndGet(), "here",
                "test", Duration.ofMillis(100)), clock, nanos::get, Registries.queue(), 1L << 30, log::add);
        open.add(store);
        return store;
    }

    private static VmRegistration vm(String id) {
        return VmRegistration.of(Mapping.builder().put("id", id).put("name", "n").put("role", "worker")
                .put("address", "x").put("registeredBy", "test").build());
    }

    private static List<String> workers(VmStore store) {
        return store.discover(VmRole.WORKER).stream().map(VmEntry::id).toList();
    }

    private static void put(String key, String value) throws IOException {
        etcd.ask("/v3/kv/put", "{\"key\":\"" + base64(key) + "\",\"value\":\"" + base64(value) + "\"}");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(RefusedException.Reason reason, Runnable deed) {
        assertEquals(reason, assertThrows(RefusedException.class, deed::run).reason());
    }

    private static boolean isRefused(Runnable deed) {
        return !refusal(deed).isEmpty();
    }

    private static String refusal(Runnable deed) {
        try {
            deed.run();
            return "";
        } catch (RefusedException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void whatOneProcessWritesTheOthersShowAtItsIndex() throws Exception {
        EtcdVmStore one = process();
        EtcdVmStore two = process();
        for (int i = 0; i < 20; i++) {
            EtcdVmStore writer = i % 2 == 0 ? one : two;
            EtcdVmStore reader = i % 2 == 0 ? two : one;
            String id = "vm-" + i;
            writer.register(vm(id));
            assertTrue(reader.await(writer.index(), Duration.ofSeconds(5)));
            assertNotNull(reader.get(id));
            assertRefused(RefusedException.Reason.CONFLICT, () -> reader.register(vm(id)));
        }
        assertEquals(workers(one), workers(two));
        assertFalse(one.await(one.index() + 1_000_000, Duration.ofMillis(1)));
        assertEquals(2, one.status().list("processes").size());
    }

    @Test
    void aVmThatBeatsAtOneProcessIsLiveAtAllAndOneThatIsSilentIsStaleAtAll() throws Exception {
        EtcdVmStore one = process();
        EtcdVmStore two = process(etcd.settings(prefix), () -> Instant.now().plus(Duration.ofHours(1)));
        one.register(vm("beats"));
        one.register(vm("silent"));
        for (int i = 0; i < 4; i++) {
            Instant before = two.get("beats") == null ? Instant.MIN : two.get("beats").lastSeen();
            nanos.addAndGet(Duration.ofMinutes(2).toNanos());
            assertNotNull(one.heartbeat("beats"));
            Until.holds(() -> two.get("beats") != null && !two.get("beats").lastSeen().equals(before),
                    () -> "the other process knows of the heartbeat");
        }
        for (EtcdVmStore each : List.of(one, two)) {
            Until.holds(() -> workers(each).equals(List.of("beats")) && each.stale().size() == 1, log::toString);
        }
        assertNotNull(two.heartbeat("silent"));
        assertEquals(List.of("beats", "silent"), workers(two));
        assertTrue(one.await(two.index(), Duration.ofSeconds(5)));
        assertEquals(List.of("beats", "silent"), workers(one));
        assertEquals(0, one.prune());
    }

    @Test
    void aCopyOfAVmIsRefusedAlsoWhereItsHeartbeatsReachAnotherProcess() throws Exception {
        EtcdVmStore one = process();
        EtcdVmStore two = process();
        one.register(vm("a"));
        assertTrue(two.await(one.index(), Duration.ofSeconds(5)));
        one.heartbeat("a", new VmStore.Beat("agent", 7));
        Until.holds(() -> isRefused(() -> two.heartbeat("a", new VmStore.Beat("agent", 7))), log::toString);
        assertNotNull(two.heartbeat("a", new VmStore.Beat("agent", 8)), "the agent itself has moved");
        assertRefused(RefusedException.Reason.CONFLICT, () -> two.heartbeat("a", new VmStore.Beat("other", 9)));
        two.register(vm("b"));
        assertTrue(one.await(two.index(), Duration.ofSeconds(5)));
        one.heartbeat("b", new VmStore.Beat("agent", 1));
        two.heartbeat("b", new VmStore.Beat("agent", 1)); // before either process knows of the other's
        for (EtcdVmStore each : List.of(one, two)) {
            Until.holds(() -> refusal(() -> each.heartbeat("b", new VmStore.Beat("agent", 1)))
                    .contains("another registry process has taken seq 1, too"), log::toString);
        }
        one.patch("b", VmPatch.of(Mapping.builder().put("instance", "agent-2").build()));
        assertNotNull(one.heartbeat("b", new VmStore.Beat("agent-2", 1)));
        assertTrue(two.await(one.index(), Duration.ofSeconds(5)));
        assertRefused(RefusedException.Reason.CONFLICT, () -> two.heartbeat("b", new VmStore.Beat("agent", 99)));
    }

    @Test
    void keysOfOthersAndBrokenOnesAreNamedAndSkipped() throws Exception {
        put(prefix + "/v1/vms/broken", "{");
        put(prefix + "/v1/vms/other", "{\"id\":\"x\"}");
        put(prefix + "/notes", "hello");
        EtcdVmStore store = process();
        store.register(vm("good"));
        put(prefix + "/v1/beats/p/0", "[]");
        put(prefix + "/v1/stale/good", "yes");
        put(prefix + "x/v1/vms/foreign", "not of this fleet");
        store.register(vm("better"));
        assertEquals(List.of("good", "better"), workers(store));
        assertRefused(RefusedException.Reason.CONFLICT, () -> store.register(vm("broken")));
        assertTrue(store.remove("broken"));
        store.register(vm("broken"));
        for (String named : List.of("vms/broken", "vms/other", "/notes", "beats/p/0")) {
            assertEquals(1, log.stream().filter(line -> line.contains(named)).count(), log::toString);
        }
        assertFalse(log.toString().contains("foreign"), log::toString);
    }

    @Test
    void readsGoOnWhileEtcdIsAwayAndAllIsThereWhenItIsBackThoughItCompactedWhatWasMissed() throws Exception {
        EtcdVmStore store = process();
        store.register(vm("a"));
        store.register(vm("b"));
        etcd.kill(0);
        Until.holds(() -> store.outage() != null && isRefused(() -> store.heartbeat("a")), log::toString);
        assertRefused(RefusedException.Reason.UNAVAILABLE, () -> store.register(vm("c")));
        assertSaysSo(store);
        assertRefused(RefusedException.Reason.UNAVAILABLE, () -> store.remove("a"));
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertEquals(List.of("a", "b"), workers(store), "a silence that cannot be judged makes nobody stale");
        EtcdVmStore late = process();
        assertRefused(RefusedException.Reason.UNAVAILABLE, () -> late.list(VmQuery.ALL));
        etcd.restart(0);
        etcd.awaitHealth();
        String removed = etcd.ask("/v3/kv/deleterange", "{\"key\":\"" + base64(prefix + "/v1/vms/b") + "\"}");
        String revision = removed.replaceAll(".*\"revision\":\"([0-9]+)\".*", "$1");
        etcd.ask("/v3/kv/compaction", "{\"revision\":\"" + revision + "\"}");
        long began = System.nanoTime();
        Until.holds(() -> !isRefused(() -> store.register(vm("c"))), log::toString);
        assertTrue(System.nanoTime() - began < Duration.ofSeconds(5).toNanos());
        Until.holds(() -> store.outage() == null && workers(store).equals(List.of("a", "c")), log::toString);
        Until.holds(() -> !isRefused(() -> late.list(VmQuery.ALL)) && workers(late).equals(List.of("a", "c")),
                log::toString);
        nanos.addAndGet(Duration.ofMinutes(4).toNanos());
        assertEquals(List.of("a", "c"), workers(late), "each has a full window");
    }

    private void assertSaysSo(EtcdVmStore store) throws IOException {
        HttpBudgets budgets = new HttpBudgets(Registries.queue(), Registries.queue());
        try (FleetServer server = new FleetServer(new FleetSettings.Socket("127.0.0.1", 0), null, null, store,
                new Feed(16, 1 << 20, 0), budgets, log::add)) {
            server.start();
            URLConnection discovery = URI.create(server.url() + "/registry/discover/worker").toURL().openConnection();
            assertTrue(new String(discovery.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .contains("\"count\":2"));
            assertNotNull(discovery.getHeaderField("X-Asmp-Stale-Since"));
            assertNotNull(discovery.getHeaderField("X-Asmp-Index"));
            URLConnection health = URI.create(server.url() + "/health").toURL().openConnection();
            assertTrue(new String(health.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .contains("\"degraded\""));
        }
    }

    @Test
    void aLinkThatPassesNothingIsNoticedAndReplaced() throws Exception {
        EtcdSettings settings = etcd.settings(prefix);
        try (LossyProxy proxy = new LossyProxy(settings.endpoints().getFirst().getPort())) {
            EtcdVmStore cut = process(new EtcdSettings(List.of(URI.create("http://127.0.0.1:" + proxy.port())), prefix,
                    null, null, null, null, null), InstantSource.system());
            EtcdVmStore other = process();
            cut.register(vm("a"));
            proxy.stall(true);
            Until.holds(() -> cut.outage() != null, log::toString);
            other.register(vm("b"));
            assertRefused(RefusedException.Reason.UNAVAILABLE, () -> cut.heartbeat("a"));
            assertEquals(List.of("a"), workers(cut));
            proxy.stall(false);
            Until.holds(() -> cut.outage() == null && workers(cut).equals(List.of("a", "b")), log::toString);
            assertNotNull(cut.heartbeat("b"));
        }
    }

    @Test
    void twoFleetsUnderTwoPrefixesKnowNothingOfEachOther() throws Exception {
        EtcdVmStore one = process();
        EtcdVmStore other = process(etcd.settings(prefix + "-2"), InstantSource.system());
        one.register(vm("a"));
        other.register(vm("a"));
        assertTrue(one.remove("a"));
        assertEquals(List.of("a"), workers(other));
        assertNull(one.get("a"));
    }

    @Test
    void aFleetMovesWithItsOrderAndTimes() throws Exception {
        EtcdVmStore one = process();
        for (String id : List.of("c", "a", "b")) {
            one.register(vm(id));
        }
        one.patch("a", VmPatch.of(Mapping.builder().put("status", "paused").build()));
        List<VmEntry> all = new ArrayList<>(one.list(VmQuery.ALL).vms()).reversed();
        EtcdVmStore other = process(etcd.settings(prefix + "-2"), InstantSource.system());
        assertEquals(3, other.restore(all));
        assertEquals(0, other.restore(all));
        assertEquals(texts(one), texts(other));
    }

    private static List<String> texts(VmStore store) {
        return store.list(VmQuery.ALL).vms().stream().map(vm -> new String(vm.json(), StandardCharsets.UTF_8)).toList();
    }

    @Test
    void anAnswerThatWasLostIsToldFromAnothersWrite() throws Exception {
        EtcdSettings settings = etcd.settings(prefix);
        try (LossyProxy proxy = new LossyProxy(settings.endpoints().getFirst().getPort())) {
            EtcdVmStore store = process(new EtcdSettings(
                    List.of(URI.create("http://127.0.0.1:" + proxy.port()), settings.endpoints().getFirst()), prefix,
                    null, null, null, null, null), InstantSource.system());
            proxy.loseAnswers(true);
            store.register(vm("a"));
            proxy.loseAnswers(false);
            assertRefused(RefusedException.Reason.CONFLICT, () -> store.register(vm("a")));
            assertEquals(List.of("a"), workers(store));
        }
    }

    @Test
    void anAttemptThatIsCarriedOutAfterItsRepetitionChangesNothing() throws Exception {
        EtcdSettings settings = etcd.settings(prefix);
        try (LossyProxy proxy = new LossyProxy(settings.endpoints().getFirst().getPort())) {
            EtcdVmStore store = process(new EtcdSettings(
                    List.of(URI.create("http://127.0.0.1:" + proxy.port()), settings.endpoints().getFirst()), prefix,
                    null, null, null, null, null), InstantSource.system());
            proxy.stall(true);
            store.register(vm("a"));
            assertNotNull(store.get("a"), "the watch has left the stalled link");
            assertTrue(store.remove("a"));
            String late = proxy.carryOut(base64(prefix + "/v1/vms/a"));
            assertTrue(late.contains("200 OK") && late.contains("revision") && !late.contains("succeeded"), late);
            store.register(vm("b"));
            assertEquals(List.of("b"), workers(store));
            assertRefused(RefusedException.Reason.CONFLICT, () -> store.register(vm("b")));
        }
    }

    @Test
    void settingsThatEtcdRefusesAreNamedAtTheStart() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "secret");
        EtcdSettings user = new EtcdSettings(etcd.endpoints(), prefix, null, null, null, "asmp", password);
        assertEquals("fleet.store.etcd.user is set, but authentication is not enabled in etcd",
                assertThrows(IOException.class, () -> process(user, InstantSource.system())).getMessage());
        Path noCa = Files.writeString(folder.resolve("ca.pem"), "nothing");
        EtcdSettings ca = new EtcdSettings(List.of(URI.create("https://127.0.0.1:1")), prefix, noCa, null, null, null,
                null);
        assertTrue(
                String.valueOf(assertThrows(IOException.class, () -> process(ca, InstantSource.system())).getMessage())
                        .startsWith("fleet.store.etcd.ca " + noCa));
    }
}
