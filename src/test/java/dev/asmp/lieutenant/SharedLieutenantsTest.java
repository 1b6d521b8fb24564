package dev.asmp.lieutenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.Until;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.etcd.EtcdLeases;
import dev.asmp.etcd.EtcdMember;
import dev.asmp.etcd.EtcdMembers;
import dev.asmp.etcd.EtcdVmStore;
import dev.asmp.manifest.Environment;
import dev.asmp.store.RefusedException;
import dev.asmp.store.RefusedException.Reason;
import dev.asmp.vers.VmBox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lieutenants of two registry processes that share a real etcd: each has one holder, and what a former holder does is refused. */
class SharedLieutenantsTest {
    private static final Path FAKE = Path.of("src/test/resources/agent/fake-pi").toAbsolutePath();

    @TempDir
    private Path folder;
    private final TestClock clock = TestClock.somewhen();
    private final List<Host> processes = new ArrayList<>();
    private EtcdMembers etcd;
    private FakeVms vms;

    /** A registry process as far as its lieutenants are concerned. */
    private record Host(EtcdVmStore store, EtcdLeases leases, KeptRecords records, Agents agents) {
        AgentGroup lieutenants() {
            return agents.lieutenants();
        }

        ManagedAgent docs() {
            return Objects.requireNonNull(agents.find("docs"));
        }

        void stop() {
            agents.close();
            leases.close();
            store.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        Assumptions.assumeTrue(VmBox.isIsolated() && Files.isExecutable(Path.of("/usr/bin/python3")));
        etcd = new EtcdMembers(folder, 1);
        vms = new FakeVms(folder.resolve("vms"), FAKE);
    }

    @AfterEach
    void close() {
        if (vms != null) {
            processes.forEach(Host::stop);
            vms.close();
            etcd.close();
        }
    }

    private Host process(String host) throws Exception {
        EtcdVmStore store = new EtcdVmStore(etcd.settings("/shared"), new EtcdMember(host, host, "test",
                Duration.ofMillis(100)), InstantSource.system(), System::nanoTime, Registries.queue(), 1L << 30,
                _ -> {});
        EtcdLeases leases = new EtcdLeases(etcd.settings("/shared"), host, 0, System::nanoTime);
        KeptRecords records = new KeptRecords(store, host, leases);
        Agents agents = new Agents(folder.resolve(host), records, vms,
                new Environment(Map.of("PATH", "/usr/bin:/bin"), FileSystems.getDefault()), clock,
                new ByteBudget(30 * Agents.BYTES), _ -> {});
        agents.open(() -> {});
        Host process = new Host(store, leases, records, agents);
        processes.add(process);
        return process;
    }

    private void create(Host at) {
        at.lieutenants().create(AgentRequest.lieutenant(Mapping.builder().put("name", "docs").put("commit", "golden")
                .put("command", Sequence.ofTexts(List.of("/usr/bin/python3", "/root/pi"))).build()));
    }

    private static void awaitStatus(Host at, String status) {
        Until.holds(() -> status.equals(at.docs().view().text("status")), () -> at.docs().view().toString());
    }

    private static String ask(Host at, String message) {
        String task = String.valueOf(at.lieutenants().send("docs", message, false).text("taskId"));
        Until.holds(() -> at.docs().tasks().result(task) != null, () -> at.docs().view().toString());
        return Objects.requireNonNull(at.docs().tasks().result(task)).text();
    }

    /** Ends the leases of all processes, as etcd does with that of a process which was silent for too long. */
    private void endLeases() throws IOException {
        Mapping all = (Mapping) Json.read(etcd.ask("/v3/lease/leases", "{}").getBytes(StandardCharsets.UTF_8));
        for (var lease : all.list("leases")) {
            etcd.ask("/v3/lease/revoke", "{\"ID\":\"" + ((Mapping) lease).text("ID") + "\"}");
        }
    }

    private static Mapping shown(Host at) {
        return (Mapping) at.lieutenants().list().list("agents").getFirst();
    }

    private static Reason refused(Runnable deed) {
        return assertThrows(RefusedException.class, deed::run).reason();
    }

    @Test
    void aLieutenantHasOneHolderAndAFormerOneIsRefused() throws Exception {
        Host one = process("one");
        Host two = process("two");
        create(one);
        awaitStatus(one, "idle");
        assertEquals("echo: hello", ask(one, "hello"));
        Until.holds(() -> !two.records().others().isEmpty(), () -> "shown at the other one, too");
        two.agents().share();
        assertEquals("one", shown(two).text("holder"));
        assertEquals(Reason.UNAVAILABLE, refused(() -> two.lieutenants().send("docs", "hello", false)));
        assertEquals(Reason.CONFLICT, refused(() -> create(two)));

        endLeases(); // the first process hangs: it does not know
        assertEquals(Reason.CONFLICT, refused(() -> create(two)), "the name waits for its next holder");
        two.agents().share();
        awaitStatus(two, "idle");
        String out = vms.file(String.valueOf(two.docs().view().text("vm")), two.docs().record().identity().folder())
                .resolve("out").toString();
        long before = Files.readString(Path.of(out)).lines().filter(line -> line.contains("agent_start")).count();
        assertEquals(Reason.CONFLICT, refused(() -> one.lieutenants().send("docs", "too late", false)));
        assertEquals(Reason.CONFLICT, refused(() -> one.lieutenants().remove("docs")));
        assertEquals(1, vms.live(), "its VM is that of its holder");
        assertEquals("echo: by its holder", ask(two, "by its holder"));
        assertEquals(before + 1, Files.readString(Path.of(out)).lines().filter(line -> line.contains("agent_start"))
                .count(), "the agent got nothing from the former holder");
        assertEquals(2, two.lieutenants().history("docs").list("results").size());
        one.agents().share();
        assertNull(one.agents().find("docs"));
        Until.holds(() -> "two".equals(shown(one).text("holder")), () -> shown(one).toString());

        two.stop();
        processes.remove(two);
        one.agents().share();
        assertEquals("echo: at once", ask(one, "at once"));
        one.lieutenants().remove("docs");
        assertEquals(List.of(), one.lieutenants().list().list("agents"));
        assertEquals(0, vms.live());
        create(one);
        awaitStatus(one, "idle");
        aStartThatItsHolderDidNotFinishIsUndoneByTheNextOne(one, process("three"));
    }

    private void aStartThatItsHolderDidNotFinishIsUndoneByTheNextOne(Host one, Host next) throws Exception {
        one.records().save(one.docs().record().document().with("status", Scalar.text("starting")));
        endLeases();
        next.agents().share();
        Until.holds(() -> vms.live() == 0, () -> "its VM is deleted");
        Until.holds(() -> next.store().kept("agent/").isEmpty(), () -> "its record is removed");
        assertFalse(one.leases().take("docs", "agent/x") == null && next.leases().holds("docs"), "the name is free");
    }
}
