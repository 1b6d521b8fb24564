package dev.asmp.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.events.Feed;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.VmRole;
import dev.asmp.store.RefusedException;
import dev.asmp.vers.FakeVersApi;
import dev.asmp.vers.FakeVersApi.Fault;
import dev.asmp.vers.FakeVersApi.Reading;
import dev.asmp.vers.VersApi;
import dev.asmp.vers.VersException;
import dev.asmp.vers.VersSettings;
import dev.asmp.vers.VmTransports;
import dev.asmp.vm.EmbeddedVmStore;
import dev.asmp.vm.VmEntry;
import dev.asmp.vm.VmStore;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bad days of VMs: whatever fails, each VM that exists is recorded or found again. */
@NullUnmarked
class VmFleetTest {
    @TempDir
    private Path folder;
    private FakeVersApi fake;
    private VmStore store;
    private VmFleet fleet;
    private final Feed feed = new Feed(100, 1 << 20, 0);
    private Duration later = Duration.ZERO;
    private int most = 20;

    @BeforeEach
    void begin() throws IOException {
        fake = new FakeVersApi(folder.resolve("vers"));
        open();
    }

    private void open() throws IOException {
        store = new EmbeddedVmStore(folder.resolve("vms.jsonl"), () -> Instant.now().plus(later), System::nanoTime,
                new ByteBudget(1 << 20), 1 << 26, _ -> {});
        VersSettings settings = VersSettings.of(new Environment(
                Map.of("HOME", folder.toString(), "VERS_BASE_URL", fake.url()), FileSystems.getDefault()));
        VersApi api = new VersApi(settings, () -> FakeVersApi.KEY);
        fleet = new VmFleet(new VmFleet.Setup(api, settings,
                VmTransports.of(settings, api, folder.resolve("state"), null), store, feed, "box",
                () -> FakeVersApi.OWNER, () -> most, () -> Instant.now().plus(later), _ -> {}, _ -> null));
    }

    /** A restart after which nothing of the process is left. */
    private void restart() throws IOException {
        store.close();
        open();
    }

    @AfterEach
    void end() {
        store.close();
        fake.close();
    }

    private VmRequest root(String name) {
        return VmRequest.of(Mapping.builder().put("name", name).put("role", "worker").build());
    }

    private VmRecord make(String name) {
        return fleet.make(root(name)).getFirst();
    }

    private List<String> recorded() {
        return fleet.records().vms().stream().map(VmRecord::id).toList();
    }

    /** Each VM of ours that exists is recorded, and nothing else is. */
    private void assertAllAreRecorded(int count) {
        assertEquals(Set.copyOf(fake.live()), Set.copyOf(recorded()));
        assertEquals(count, fake.live().size());
    }

    @Test
    void aVmIsRecordedLabelledRegisteredAndToldOf() throws Exception {
        VmRecord vm = make("one");
        assertEquals(Map.of("asmp.owner", "box", "asmp.op", String.valueOf(vm.operation())),
                fake.vm(vm.id()).labels());
        assertEquals("worker", Objects.requireNonNull(store.get(vm.id())).role().word());
        assertEquals("box", Objects.requireNonNull(store.get(vm.id())).fleet().text("owner"));
        String commit = fleet.commits().make(vm.id(), "c", false);
        assertEquals(vm.id(), fleet.records().commits().getFirst().facts().text("vm"));
        VmRecord copy = fleet.make(VmRequest.restore(commit, "two", VmRole.LIEUTENANT, vm.id(),
                Mapping.builder().put("reconnectKind", "lieutenant").build())).getFirst();
        assertEquals("box", fake.vm(copy.id()).labels().get("asmp.owner"));
        assertEquals("lieutenant", copy.facts().text("reconnectKind"));
        fake.reads(Reading.BRANCHES_ARE_ANSWERED_AS_BEFORE);
        VmRecord branch = fleet.make(VmRequest.of(Mapping.builder().put("branch_of", copy.id()).build())).getFirst();
        assertEquals(copy.id(), branch.parent());
        FleetTree tree = new FleetTree(store);
        assertEquals("2", tree.descendants(vm.id()).text("count"));
        assertEquals("2", tree.ancestors(branch.id()).text("count"));
        restart();
        assertAllAreRecorded(3);
        recorded().forEach(fleet::delete);
        assertAllAreRecorded(0);
        assertNull(store.get(vm.id()));
        assertEquals(6, fleet.records().lifecycle().size());
        assertEquals(6, feed.count());
    }

    @Test
    void aCallThatWasDoneButNotAnsweredIsFoundAtOnce() {
        fake.arm("POST /vm/new_root", Fault.doneAndCut(), Fault.doneBut(500, "oops"), Fault.doneBut(200, ""),
                Fault.refused(503, "away"));
        List.of("cut", "oops", "empty").forEach(this::make);
        assertAllAreRecorded(3);
        assertThrows(RefusedException.class, () -> make("away"));
        String commit = fleet.commits().make(recorded().getFirst(), null, false);
        fake.arm("POST /vm/from_commit", Fault.doneAndCut());
        VmRecord vm = fleet.make(VmRequest.restore(commit, "r", VmRole.WORKER, null, Mapping.EMPTY)).getFirst();
        assertEquals(commit, vm.commitId());
        fake.arm("POST /vm/[^/]*/branch", Fault.doneAndCut());
        assertEquals(2, fleet.make(VmRequest.of(Mapping.builder().put("branch_of", vm.id()).put("count", 2).build()))
                .size());
        assertAllAreRecorded(6);
        recorded().forEach(fleet::delete);
        assertAllAreRecorded(0);
    }

    @Test
    void aCallIsFoundAfterTheApiWasAwayOrTheProcessWasKilled() throws IOException {
        fake.arm("POST /vm/new_root", Fault.doneAndCut());
        fake.arm("GET /vms", Fault.refused(500, ""), Fault.refused(500, ""), Fault.refused(500, ""));
        assertThrows(RefusedException.class, () -> make("a"));
        assertEquals(List.of(), recorded());
        later = Duration.ofMinutes(10);
        restart();
        new Reaper(fleet).tend(null);
        assertEquals(VmRecord.LOST, fleet.records().get(fake.live().getFirst()).state());
        assertEquals(fake.live(), new Reaper(fleet).reap(true).orphans());
        assertAllAreRecorded(1);
        assertEquals(1, new Reaper(fleet).reap(false).orphans().size());
        assertAllAreRecorded(0);
    }

    private Set<String> recordedCommits() {
        return fleet.records().commits().stream().map(VmRecord::id).collect(Collectors.toSet());
    }

    @Test
    void aCommitThatWasMadeButNotAnsweredIsFoundAtOnceOrLater() throws IOException {
        String vm = make("a").id();
        fake.arm("POST /vm/.*/commit", Fault.doneAndCut(), Fault.doneBut(500, "oops"), Fault.refused(404, "no"),
                Fault.doneAndCut());
        assertEquals(Set.of(fleet.commits().make(vm, "cut", false)), fake.commits());
        fleet.commits().make(vm, "failed", false);
        assertThrows(VersException.class, () -> fleet.commits().make(vm, "refused", false));
        assertEquals(fake.commits(), recordedCommits());
        fake.arm("GET /commits", Fault.refused(503, "away"), Fault.refused(503, "away"), Fault.refused(503, "away"));
        assertThrows(RefusedException.class, () -> fleet.commits().make(vm, "lost", false));
        assertEquals(3, fake.commits().size());
        assertEquals(2, recordedCommits().size());
        fake.disarm();
        restart();
        fleet.commits().make(vm, "again", false);
        assertEquals(fake.commits(), recordedCommits());
        assertEquals(4, fake.commits().size());
        assertEquals(new VmCommits.Report(List.of(), List.of(), false), fleet.commits().reconcile(false));
    }

    @Test
    void aCommitThatNoRecordNamesIsFoundAgainAndOneThatIsGoneIsForgotten() {
        String vm = make("a").id();
        String forgotten = fleet.commits().make(vm, "one", false);
        fleet.delete(vm);
        fleet.records().forgetCommit(forgotten);
        fleet.records().putCommit("gone", Mapping.EMPTY);
        assertEquals(new VmCommits.Report(List.of(forgotten), List.of("gone"), true), fleet.commits().reconcile(true));
        assertEquals(Set.of("gone"), recordedCommits());
        fleet.commits().reconcile(false);
        assertEquals(Set.of(forgotten), recordedCommits());
    }

    @Test
    void commitsOfOthersAreNotRecorded() throws IOException {
        for (int i = 0; i < 120; i++) {
            fake.addCommit(null);
        }
        assertEquals(new VmCommits.Report(List.of(), List.of(), false), fleet.commits().reconcile(false));
        assertEquals(Set.of(), recordedCommits());
    }

    @Test
    void aDeletionThatIsNotConfirmedKeepsTheRecord() throws IOException {
        String vm = make("a").id();
        fake.arm("DELETE /vm/.*", Fault.refused(403, "{\"error\":\"Forbidden\"}"), Fault.refused(500, ""),
                Fault.refused(500, "no JSON"));
        assertThrows(RefusedException.class, () -> fleet.delete(vm));
        assertEquals(VmRecord.DELETING, fleet.records().get(vm).state());
        restart();
        fleet.delete(vm);
        assertAllAreRecorded(0);
        String other = make("b").id();
        fake.arm("DELETE /vm/.*", Fault.refused(500, ""), Fault.refused(500, ""), Fault.refused(500, ""));
        assertThrows(RefusedException.class, () -> fleet.delete(other));
        assertEquals(List.of(other), new Reaper(fleet).reap(false).unfinished());
        String third = make("c").id();
        fake.arm("DELETE /vm/.*", Fault.doneAndCut());
        fleet.delete(third);
        assertAllAreRecorded(0);
    }

    @Test
    void othersVmsSurviveAndOrphansOfOursDoNot() {
        String foreign = fake.add("another-owner", Map.of("asmp.owner", "box"));
        String ofAnotherHost = fake.add(FakeVersApi.OWNER, Map.of("asmp.owner", "other"));
        String unlabelled = fake.add(FakeVersApi.OWNER, Map.of());
        String orphan = fake.add(FakeVersApi.OWNER, Map.of("asmp.owner", "box"));
        String vm = make("a").id();
        assertEquals(List.of(orphan), new Reaper(fleet).reap(false).orphans());
        assertEquals(Set.of(ofAnotherHost, unlabelled, vm), Set.copyOf(fake.live()));
        assertNotNull(fake.vm(foreign));
        List<Mapping> joined = new Reaper(fleet).joined();
        assertEquals(3, joined.size());
        assertEquals(Set.of("", "not ours"), joined.stream().map(one -> one.text("remark"))
                .collect(Collectors.toSet()));
    }

    @Test
    void aVmThatIsGoneIsForgottenOnlyWhenThatIsCertain() {
        String vm = make("a").id();
        fleet.api().delete(vm);
        fake.arm("GET /vm/.*/status", Fault.refused(500, ""), Fault.refused(500, ""), Fault.refused(500, ""));
        assertEquals(List.of(), new Reaper(fleet).reap(false).gone());
        assertEquals(List.of(vm), recorded());
        assertEquals(List.of(vm), new Reaper(fleet).reap(true).gone());
        assertEquals(List.of(vm), new Reaper(fleet).reap(false).gone());
        assertAllAreRecorded(0);
    }

    @Test
    void aLabelThatFailsIsSetLaterAndAPlainRefusalLeavesNothing() {
        String commit = fleet.commits().make(make("a").id(), null, false);
        fake.arm("PATCH /vm/.*/label", Fault.refused(500, ""));
        String vm = fleet.make(VmRequest.restore(commit, "b", VmRole.WORKER, null, Mapping.EMPTY)).getFirst().id();
        assertTrue(fake.vm(vm).labels().isEmpty());
        new Reaper(fleet).reap(false);
        assertEquals("box", fake.vm(vm).labels().get("asmp.owner"));
        assertEquals(404, assertThrows(VersException.class, () -> fleet.make(VmRequest.restore(
                "00000000-0000-4000-8000-000000000000", "c", VmRole.WORKER, null, Mapping.EMPTY))).status());
        assertEquals(0, fleet.records().operations().size());
        assertAllAreRecorded(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void labelsMayBeMergedOrReplaced(boolean replaced) {
        fake.reads(replaced ? new Reading[]{Reading.LABELS_ARE_REPLACED} : new Reading[0]);
        String vm = make("a").id();
        String commit = fleet.commits().make(vm, null, false);
        for (VmRequest request : List.of(VmRequest.restore(commit, "b", VmRole.WORKER, null, Mapping.EMPTY), VmRequest
                .of(Mapping.builder().put("branch_of", vm).build()))) {
            VmRecord made = fleet.make(request).getFirst();
            assertEquals(Map.of("asmp.owner", "box", "asmp.op", String.valueOf(made.operation())),
                    fake.vm(made.id()).labels());
        }
        assertAllAreRecorded(3);
    }

    @Test
    void aParentThatABranchOrACommitLeavesPausedIsRecordedAsPausedAndWokenByItsNextUse() {
        fake.reads(Reading.PARENTS_STAY_PAUSED);
        String vm = make("a").id();
        fleet.make(VmRequest.of(Mapping.builder().put("branch_of", vm).build()));
        assertEquals(VmRecord.PAUSED, fleet.records().get(vm).state());
        fleet.use(vm);
        assertEquals("running", fake.vm(vm).state());
        assertEquals(VmRecord.RUNNING, fleet.records().get(vm).state());
        assertAllAreRecorded(2);
    }

    @Test
    void aVmThatDiesWhileItBootsIsToldOfAtOnceAndStaysRecorded() throws IOException {
        String commit = fake.addCommit(null);
        fake.failNext("create_vm");
        assertTrue(assertThrows(RefusedException.class, () -> fleet.make(VmRequest.of(Mapping.builder()
                .put("from", commit).put("wait", Scalar.bool(true)).build()))).getMessage().contains("died"));
        assertAllAreRecorded(1);
    }

    @Test
    void aBranchWhoseAnswerAndOriginAreUnknownIsNamedAndLeftToTheOwner() {
        fake.reads(Reading.ORIGINS_ARE_NOT_TOLD);
        String vm = make("a").id();
        fake.arm("POST /vm/[^/]*/branch", Fault.doneAndCut());
        assertThrows(RefusedException.class,
                () -> fleet.make(VmRequest.of(Mapping.builder().put("branch_of", vm).build())));
        String branch = fake.live().stream().filter(one -> !one.equals(vm)).findFirst().orElseThrow();
        assertEquals(List.of(branch), new Reaper(fleet).reap(false).doubtful());
        assertEquals(2, fake.live().size());
    }

    @Test
    void noMoreVmsAreMadeThanTheOwnerAllowsWhoeverAsksAtTheSameTime() throws InterruptedException {
        most = 3;
        List<Throwable> refused = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 8).forEach(i -> callers.execute(() -> {
                try {
                    make("w" + i);
                } catch (RefusedException e) {
                    synchronized (refused) {
                        refused.add(e);
                    }
                }
            }));
        }
        assertEquals(5, refused.size());
        assertAllAreRecorded(3);
    }

    @Test
    void whatIdlesIsPausedAndALeaseThatEndsTakesItsVm() {
        String idle = make("idle").id();
        String used = make("used").id();
        String leased = fleet.make(VmRequest.of(Mapping.builder().put("ephemeral", Scalar.bool(true)).build()))
                .getFirst().id();
        later = Duration.ofSeconds(59);
        fleet.renew(leased);
        later = Duration.ofMinutes(1).plusSeconds(50);
        fleet.use(used);
        new Reaper(fleet).tend(Duration.ofMinutes(1));
        assertEquals("paused", fake.vm(idle).state());
        assertEquals("running", fake.vm(used).state());
        assertNotNull(fake.vm(leased));
        later = Duration.ofHours(8);
        new Reaper(fleet).tend(null);
        assertNotNull(fake.vm(leased), "the machine slept, and so did the command that renews the lease");
        later = later.plusSeconds(55);
        new Reaper(fleet).tend(null);
        later = later.plusSeconds(55);
        new Reaper(fleet).tend(null);
        assertNull(fake.vm(leased));
        fleet.use(idle);
        assertEquals("running", fake.vm(idle).state());
        assertFalse(FleetTree.status(fleet).list("vms").isEmpty());
        assertAllAreRecorded(2);
    }

    @Test
    void aCircleOfParentsStillHasARoot() {
        store.keep("vm/a", Mapping.builder().put("parent", "b").build());
        store.keep("vm/b", Mapping.builder().put("parent", "a").build());
        FleetTree tree = new FleetTree(store);
        assertEquals("2", tree.nested(null).text("count"));
        assertFalse(tree.nested(null).list("tree").isEmpty());
    }

    @Test
    void aChainAsLongAsTheFleetMakesATreeAtOnce() {
        String moment = "2026-11-20T10:00:00.000Z";
        List<VmEntry> chain = new ArrayList<>();
        for (int i = 1; i < 9_000; i++) {
            chain.add(VmEntry.restored(Mapping.builder().put("id", "vm-" + i).put("name", "n").put("role", "worker")
                    .put("address", "a").put("registeredBy", "t").put("registeredAt", moment).put("lastSeen", moment)
                    .put("fleet", Mapping.builder().put("parent", "vm-" + (i - 1)).build()).build()));
        }
        store.restore(chain);
        assertTimeout(Duration.ofSeconds(6), () -> {
            FleetTree tree = new FleetTree(store);
            assertEquals("8998", tree.ancestors("vm-8999").text("count"));
            assertEquals("8998", tree.descendants("vm-1").text("count"));
        });
    }

    @Test
    void aVmThatOnlyLooksLikeThatOfALostCallIsLeftAlone() {
        String vm = make("a").id();
        fake.tag("latest", fleet.commits().make(vm, null, false));
        fake.arm("POST /vm/from_commit", Fault.doneAndCut(), Fault.refused(500, ""));
        assertThrows(RefusedException.class,
                () -> fleet.make(VmRequest.restore("latest", "b", VmRole.WORKER, null, Mapping.EMPTY)));
        fake.arm("POST /vm/[^/]*/branch", Fault.refused(500, ""));
        String alike = fake.add(FakeVersApi.OWNER, Map.of());
        assertThrows(RefusedException.class,
                () -> fleet.make(VmRequest.of(Mapping.builder().put("branch_of", vm).build())));
        Reaper.Report report = new Reaper(fleet).reap(false);
        assertEquals(2, report.doubtful().size());
        assertTrue(report.doubtful().contains(alike));
        assertEquals(3, fake.live().size());
        assertEquals(List.of(vm), recorded());
        later = Duration.ofMinutes(6);
        new Reaper(fleet).tend(null);
        assertEquals(0, fleet.records().operations().size());
    }
}
