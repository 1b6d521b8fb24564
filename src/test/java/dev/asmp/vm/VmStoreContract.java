package dev.asmp.vm;

import static dev.asmp.vm.Vms.ids;
import static dev.asmp.vm.Vms.named;
import static dev.asmp.vm.Vms.patch;
import static dev.asmp.vm.Vms.text;
import static dev.asmp.vm.Vms.vm;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Timestamps;
import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import dev.asmp.store.RefusedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What any engine behind {@link VmStore} must do. An engine's own test extends this. */
abstract class VmStoreContract extends VmStoreGround {
    @Test
    void whatIsRegisteredIsFoundAsItWasAnswered() {
        VmEntry vm = register(vm("a",
                "'services':[{'name':'api','port':80,'x':1.10}],'metadata':{'b':1e400,'a':[null,{}]}"));
        assertEquals(vm.registeredAt(), vm.lastSeen());
        String moment = Timestamps.format(vm.registeredAt().toEpochMilli());
        assertEquals("{'id':'a','name':'name of a','role':'worker','status':'running','address':'a.vm.vers.sh',"
                .concat("'services':[{'name':'api','port':80,'x':1.10}],'metadata':{'b':1e400,'a':[null,{}]},")
                .concat("'registeredBy':'test','registeredAt':'" + moment + "','lastSeen':'" + moment + "'}")
                .replace('\'', '"'), text(vm));
        assertEquals(text(vm), text(get("a")));
        assertEquals(text(vm), text(store().list(VmQuery.ALL).vms().getFirst()));
        assertEquals(text(vm), text(store().discover(VmRole.WORKER).getFirst()));
        assertNull(store().get("A"));
    }

    @Test
    void theRevisionIsAnotherAfterWhateverAListShows() {
        List<Long> revisions = new ArrayList<>(List.of(store().revision()));
        for (Runnable change : List.<Runnable>of(() -> register("a"), () -> store().heartbeat("a"),
                () -> store().patch("a", patch("{'name':'n'}")), () -> store().remove("a"))) {
            change.run();
            revisions.add(store().revision());
        }
        assertEquals(revisions.size(), Set.copyOf(revisions).size());
        assertEquals(revisions.getLast(), store().revision());
    }

    @Test
    void theLiveAreCountedByStatusAndTheSilentByThemselves() throws Exception {
        store().register(Vms.of("a", VmRole.WORKER, VmStatus.STOPPED));
        register("b");
        theWindowPasses();
        register("c");
        register("d");
        store().register(Vms.of("e", VmRole.INFRA, VmStatus.PAUSED));
        assertEquals(new VmCounts(2, 1, 1, 1), store().counts());
        store().heartbeat("b");
        assertEquals(new VmCounts(3, 1, 1, 0), store().counts());
    }

    @Test
    void anIdIsRegisteredOnce() {
        register("a");
        assertRefused(RefusedException.Reason.CONFLICT, "VM already registered", () -> register("a"));
        assertEquals(List.of("a"), all());
    }

    @Test
    void ofManyWhoClaimAnIdAtTheSameInstantOneIsRegistered() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 50; round++) {
                String id = "vm-" + round;
                CountDownLatch go = new CountDownLatch(1);
                List<Future<String>> claims = IntStream.range(0, 8).mapToObj(i -> threads.submit(() -> {
                    go.await();
                    return claim(named(id, "claimed by " + i));
                })).toList();
                go.countDown();
                List<String> won = new ArrayList<>();
                for (Future<String> claim : claims) {
                    won.add(claim.get());
                }
                won.removeIf("CONFLICT"::equals);
                assertEquals(List.of(get(id).name()), won);
            }
        }
    }

    private String claim(VmRegistration vm) {
        try {
            return register(vm).name();
        } catch (RefusedException e) {
            return e.reason().name();
        }
    }

    @Test
    void listsBeginWithTheNewestAndDiscoverWithTheOldest() throws Exception {
        register("a", "c", "b");
        aMomentPasses();
        register("e", "d");
        assertEquals(List.of("d", "e", "b", "c", "a"), all());
        assertEquals(List.of("a", "c", "b", "e", "d"), workers());
        aMomentPasses();
        store().patch("c", patch("{'name':'other'}"));
        store().heartbeat("a");
        assertEquals(List.of("d", "e", "b", "c", "a"), all(), "a change does not move it");
        store().remove("a");
        register("a");
        assertEquals(List.of("a", "d", "e", "b", "c"), all());
        assertEquals(List.of("c", "b", "e", "d", "a"), workers());
    }

    @Test
    void listsAreFilteredByRoleStatusAndText() throws Exception {
        for (VmRole role : VmRole.values()) {
            for (VmStatus status : VmStatus.values()) {
                register(Vms.of(role.word() + "-" + status.word(), role, status));
            }
        }
        assertEquals(List.of("infra-stopped", "infra-paused", "infra-running"), listed(VmRole.INFRA, null, null));
        assertEquals(List.of("golden-paused"), listed(VmRole.GOLDEN, VmStatus.PAUSED, null));
        assertEquals(5, listed(null, VmStatus.RUNNING, null).size());
        assertEquals(List.of("worker-paused"), listed(null, null, "KER-PAUSED.vm"));
        assertEquals(List.of(), listed(null, null, "nothing"));
        store().patch("infra-running", patch("{'name':'Größe'}"));
        assertEquals(List.of("infra-running"), listed(null, null, "GRÖSSE".replace("SS", "ß")));
        theWindowPasses();
        store().heartbeat("worker-running");
        assertEquals(List.of("worker-running"), listed(null, VmStatus.RUNNING, null));
        assertEquals(List.of("golden-paused"), listed(VmRole.GOLDEN, VmStatus.PAUSED, null),
                "only running asks for life");
        assertEquals(15, all().size());
    }

    @Test
    void pagesTogetherAreTheList() throws Exception {
        for (int i = 0; i < 10; i++) {
            register("vm-" + i);
            if (i % 3 == 0) {
                aMomentPasses();
            }
        }
        for (int limit = 1; limit <= 11; limit++) {
            List<String> seen = new ArrayList<>();
            String next = null;
            do {
                VmPage page = store().list(VmQuery.ALL.upTo(limit).after(next));
                seen.addAll(ids(page.vms()));
                assertTrue(page.vms().size() <= limit && !page.vms().isEmpty());
                next = page.next();
            } while (next != null);
            assertEquals(all(), seen, "in pages of " + limit);
        }
    }

    @Test
    void aPageGoesOnWhereTheLastOneEndedWhateverHappenedMeanwhile() {
        register("a", "b", "c", "d", "e");
        VmPage first = store().list(new VmQuery(null, null, null, 2, null));
        assertEquals(List.of("e", "d"), ids(first.vms()));
        store().remove("d");
        store().remove("c");
        register("f");
        assertEquals(List.of("b", "a"), listed(new VmQuery(null, null, null, 2, first.next())));
        assertRefused(RefusedException.Reason.INVALID, "after must be what the page before gave as next",
                () -> store().list(new VmQuery(null, null, null, 2, "nowhere")));
        assertRefused(RefusedException.Reason.INVALID, "limit must be a number from 1 on",
                () -> new VmQuery(null, null, null, 0, null));
    }

    @Test
    void pagesOfTheDiscoveredAndOfTheStaleGoOnWhereTheLastOneEnded() throws Exception {
        register("a", "b", "c");
        VmPage first = store().discover(VmRole.WORKER, 2, null);
        assertEquals(List.of("a", "b"), ids(first.vms()));
        VmPage second = store().discover(VmRole.WORKER, 2, first.next());
        assertEquals(List.of("c"), ids(second.vms()));
        assertNull(second.next());
        assertNull(store().discover(VmRole.WORKER, 3, null).next(), "a full page may be the last one");
        theWindowPasses();
        VmPage stale = store().stale(2, null);
        assertEquals(List.of("c", "b"), ids(stale.vms()));
        assertEquals(List.of("a"), ids(store().stale(2, stale.next()).vms()));
    }

    @Test
    void restoredVmsHaveTheTimesThatTheyHadAndAFullWindow() throws Exception {
        register("b");
        VmEntry old = VmEntry.restored(Vms.json("{'id':'a','name':'n','role':'worker','address':'x',"
                + "'registeredBy':'me','registeredAt':'2020-01-02T03:04:05.006Z','lastSeen':'2021-01-02T03:04:05.006Z',"
                + "'fleet':{'parent':'p'}}"));
        VmEntry known = new VmEntry(named("b", "another"), 0);
        store().keep("vm/a", facts("{'parent':'q'}"));
        assertEquals(1, store().restore(List.of(old, known)));
        assertEquals(0, store().restore(List.of(old, known)));
        assertEquals("name of b", get("b").name());
        assertEquals(old.registeredAt(), get("a").registeredAt());
        assertEquals(old.lastSeen(), get("a").lastSeen());
        assertEquals(facts("{'parent':'q'}"), get("a").fleet());
        assertEquals(List.of("a", "b"), workers());
        mostOfTheWindowPasses();
        assertEquals(List.of("a", "b"), workers());
        restart();
        assertEquals(old.registeredAt(), get("a").registeredAt());
    }

    @Test
    void factsOfASilentVmWakeItNot() throws Exception {
        register("a", "b");
        theWindowPasses();
        assertEquals(List.of("b", "a"), ids(store().stale()));
        store().keep("vm/a", facts("{'parent':'p'}"));
        assertEquals(List.of("b", "a"), ids(store().stale()));
        restart();
        assertEquals(List.of("b", "a"), ids(store().stale()));
        assertEquals(facts("{'parent':'p'}"), get("a").fleet());
    }

    @Test
    void onlyWhoRunsAndIsLiveIsDiscovered() throws Exception {
        register("a", "b", "c");
        register(vm("paused", "'status':'paused'"));
        register(Vms.of("boss", VmRole.LIEUTENANT, VmStatus.RUNNING));
        assertEquals(List.of("a", "b", "c"), workers());
        assertEquals(List.of(), store().discover(VmRole.GOLDEN));
        store().patch("b", patch("{'status':'stopped'}"));
        store().patch("paused", patch("{'status':'running'}"));
        assertEquals(List.of("a", "c", "paused"), workers());
        mostOfTheWindowPasses();
        store().heartbeat("a");
        store().heartbeat("b");
        mostOfTheWindowPasses();
        assertEquals(List.of("a"), workers());
        store().heartbeat("c");
        store().patch("paused", patch("{}"));
        assertEquals(List.of("a", "c", "paused"), workers());
        theWindowPasses();
        assertEquals(List.of(), workers());
        assertEquals(5, all().size(), "the stale stay in the list");
    }

    @Test
    void aNameIsResolvedToTheNewestThatRunsAndIsLive() throws Exception {
        assertNull(store().resolve("n"));
        register(named("a", "n"));
        register(named("b", "n"));
        aMomentPasses();
        register(named("c", "n"));
        assertResolved("c", "n");
        store().patch("c", patch("{'status':'paused'}"));
        assertResolved("b", "n");
        store().patch("b", patch("{'name':'m'}"));
        assertResolved("a", "n");
        assertResolved("b", "m");
        mostOfTheWindowPasses();
        store().heartbeat("b");
        mostOfTheWindowPasses();
        assertNull(store().resolve("n"));
        store().heartbeat("a");
        assertResolved("a", "n");
        assertResolved("b", "m");
        store().remove("b");
        assertNull(store().resolve("m"));
        assertNull(store().resolve("N"));
    }

    @Test
    void whoIsSilentIsStaleAndCanBePruned() throws Exception {
        register("a", "b", "c");
        register(vm("stopped", "'status':'stopped'"));
        assertEquals(List.of(), store().stale());
        assertEquals(0, store().prune());
        mostOfTheWindowPasses();
        store().heartbeat("b");
        mostOfTheWindowPasses();
        assertEquals(List.of("stopped", "c", "a"), ids(store().stale()));
        store().heartbeat("c");
        assertEquals(List.of("stopped", "a"), ids(store().stale()));
        assertEquals(2, store().prune());
        assertEquals(List.of(), store().stale());
        assertEquals(List.of("c", "b"), all());
        assertEquals(0, store().prune());
        assertNull(store().heartbeat("a"));
        register("a");
        assertEquals(List.of("b", "c", "a"), workers());
    }

    @Test
    void aPatchChangesWhatItNamesAndNothingElse() throws Exception {
        VmEntry old = register(vm("a", "'services':[{'name':'api','port':80}],'metadata':{'x':1,'y':2}"));
        aMomentPasses();
        VmEntry vm = store().patch("a", patch("{'id':'b','role':'infra','registeredBy':'me','registeredAt':'now',"
                + "'lastSeen':'never','name':'  new  ','metadata':{'z':3},'more':{}}"));
        assertNotNull(vm);
        assertEquals("new", vm.name());
        assertTrue(text(vm).contains("\"services\":[{\"name\":\"api\",\"port\":80}],\"metadata\":{\"z\":3}"), text(vm));
        assertEquals(List.of("a", VmRole.WORKER, "a.vm.vers.sh", "test", old.registeredAt()),
                List.of(vm.id(), vm.role(), vm.address(), vm.registeredBy(), vm.registeredAt()));
        assertTrue(vm.lastSeen().isAfter(old.lastSeen()));
        assertEquals(text(vm), text(get("a")));
        vm = store().patch("a", patch("{'address':' there ','status':'paused','services':null,'metadata':null}"));
        assertNotNull(vm);
        assertEquals(List.of("new", "there", VmStatus.PAUSED), List.of(vm.name(), vm.address(), vm.status()));
        assertFalse(text(vm).contains("services") || text(vm).contains("metadata"), text(vm));
        assertNull(store().patch("b", patch("{'name':'x'}")));
        assertEquals(List.of("a"), all());
    }

    @Test
    void whatIsRemovedIsGone() {
        register("a", "b");
        assertTrue(store().remove("a"));
        assertFalse(store().remove("a"));
        assertNull(store().get("a"));
        assertNull(store().heartbeat("a"));
        assertNull(store().patch("a", patch("{}")));
        assertEquals(List.of("b"), all());
        assertEquals(List.of("b"), workers());
    }

    @Test
    void aHeartbeatMovesTheMomentAndNothingElse() throws Exception {
        VmEntry old = register(vm("a", "'metadata':{'x':1.0}"));
        aMomentPasses();
        VmEntry vm = store().heartbeat("a");
        assertNotNull(vm);
        assertTrue(vm.lastSeen().isAfter(old.lastSeen()));
        String moment = Timestamps.format(vm.lastSeen().toEpochMilli());
        assertEquals("{\"id\":\"a\",\"lastSeen\":\"" + moment + "\"}", new String(vm.heartbeatJson(), UTF_8));
        String before = text(old);
        assertEquals(before.substring(0, before.lastIndexOf("lastSeen")) + "lastSeen\":\"" + moment + "\"}",
                text(get("a")));
        assertNull(store().heartbeat("b"));
    }

    @Test
    void everyChangeIsToldOnceAndInOrder() throws Exception {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        List<String> others = Collections.synchronizedList(new ArrayList<>());
        try (VmStore.Subscription _ = store().subscribe(_ -> {
            throw new IllegalStateException("a listener's own affair");
        }); VmStore.Subscription _ = store().subscribe(change -> told.add(change.kind() + " " + change.vm().id()))) {
            try (VmStore.Subscription _ = store().subscribe(change -> others.add(change.vm().id()))) {
                register("a", "b");
            }
            store().heartbeat("a");
            store().patch("a", patch("{'name':'x'}"));
            store().remove("b");
            store().remove("b");
            register("c");
            mostOfTheWindowPasses();
            store().heartbeat("a");
            mostOfTheWindowPasses();
            awaitTold(told, "STALE c");
            store().heartbeat("c");
            theWindowPasses();
            awaitTold(told, "STALE a");
            awaitTold(told, "STALE c");
            store().patch("c", patch("{}"));
            assertEquals(1, store().prune());
            awaitTold(told, "REMOVED a");
        }
        register("d");
        assertEquals(List.of("REGISTERED a", "REGISTERED b", "CHANGED a", "REMOVED b", "REGISTERED c", "STALE c",
                "BACK c"), told.subList(0, 7));
        assertEquals(List.of("STALE a", "STALE c"), told.subList(7, 9).stream().sorted().toList());
        assertEquals(List.of("BACK c", "CHANGED c", "REMOVED a"),
                Stream.concat(told.subList(9, 11).stream().sorted(), told.subList(11, told.size()).stream()).toList());
        assertEquals(List.of("a", "b"), others);
    }

    @Test
    void everythingIsThereAfterARestart() throws Exception {
        register(vm("a", "'services':[{'name':'api','port':80}],'metadata':{'x':[1.0,'\\u0007\\n ü \uD83D\uDE80']}"));
        register("b", "c", "d");
        aMomentPasses();
        store().patch("c", patch("{'status':'paused','metadata':{'k':'v'}}"));
        store().remove("b");
        register("b");
        aMomentPasses();
        store().heartbeat("d");
        List<String> before = texts();
        for (int i = 0; i < 3; i++) {
            restart();
            assertEquals(before, texts());
        }
        assertEquals(List.of("a", "d", "b"), workers());
    }

    @Test
    void aRestartGivesAWindowToTheLiveAndNoneToTheStale() throws Exception {
        register("live", "stale", "back");
        mostOfTheWindowPasses();
        store().heartbeat("live");
        mostOfTheWindowPasses();
        store().heartbeat("back");
        restart();
        assertEquals(List.of("live", "back"), workers());
        assertEquals(List.of("stale"), ids(store().stale()));
        mostOfTheWindowPasses();
        assertEquals(List.of("live", "back"), workers());
        restart();
        mostOfTheWindowPasses();
        store().heartbeat("back");
        store().heartbeat("stale");
        mostOfTheWindowPasses();
        assertEquals(List.of("stale", "back"), workers());
        assertEquals(List.of("live"), ids(store().stale()));
    }

    @Test
    void unknownKeysSurviveAPatchAHeartbeatAndARestart() throws Exception {
        store().register(
                VmRegistration.of(Vms.json("{'id':'a','name':'n','role':'worker','address':'x','registeredBy':'me',"
                        + "'parentVmId':'p','reefConfig':{'lastSeen':'never'}}")));
        store().patch("a", VmPatch.of(Vms.json("{'name':'m','parentVmId':'q','new':1,'fleet':{}}")));
        store().heartbeat("a");
        List<String> before = texts();
        restart();
        assertEquals(before, texts());
        Mapping entry = get("a").document();
        assertEquals("m p", entry.text("name") + " " + entry.text("parentVmId"));
        assertEquals("never", entry.mapping("reefConfig").text("lastSeen"));
        assertEquals(null, entry.get("new"));
        assertEquals(null, entry.get("fleet"));
    }

    @Test
    void idsAndNamesAreAnyText() throws Exception {
        List<String> ids = List.of("a/b", "..", "%2F", "a b", "\uD83D\uDE80", "\u0000", "\n", "\"", "\\", "\u2028",
                "{\"put\":", "x".repeat(512), "\uD83D\uDE80".repeat(512), "é", "e\u0301", "__proto__");
        for (String id : ids) {
            store().register(new VmRegistration(id, id, VmRole.WORKER, VmStatus.RUNNING, id, null, null, id,
                    Mapping.EMPTY));
            store().heartbeat(id);
        }
        List<String> before = texts();
        restart();
        assertEquals(before, texts());
        for (String id : ids) {
            assertResolved(id, id);
            assertEquals(id, get(id).document().text("id"));
            VmEntry beaten = Objects.requireNonNull(store().heartbeat(id));
            assertArrayEquals(beaten.heartbeatJson(), Json.write(Mapping.builder()
                    .put("id", id).put("lastSeen", Timestamps.format(beaten.lastSeen().toEpochMilli())).build()));
        }
        ids.forEach(id -> assertTrue(store().remove(id)));
        restart();
        assertEquals(List.of(), all());
    }

    @Test
    void factsAreShownInTheEntryAndOutliveItAndEveryPatch() throws Exception {
        store().keep("vm/a", facts("{'parent':'p','n':1.10}"));
        store().keep("lt/b", facts("{'role':'planner'}"));
        VmEntry vm = register(vm("a", "'fleet':{'parent':'forged'}"));
        assertEquals(facts("{'parent':'p','n':1.10}"), vm.fleet());
        store().patch("a", patch("{'metadata':{},'fleet':{'parent':'forged'}}"));
        assertEquals(facts("{'parent':'p','n':1.10}"), Objects.requireNonNull(get("a")).fleet());
        store().remove("a");
        assertEquals(Set.of("vm/a"), store().kept("vm/").keySet());
        register(vm("a"));
        store().keep("vm/a", facts("{'parent':'q'}"));
        restart();
        assertEquals(facts("{'parent':'q'}"), Objects.requireNonNull(get("a")).fleet());
        assertEquals(facts("{'role':'planner'}"), store().kept("").get("lt/b"));
        store().keep("vm/a", null);
        assertNull(Objects.requireNonNull(get("a")).fleet());
        restart();
        assertEquals(Set.of("lt/b"), store().kept("").keySet());
    }

    @Test
    void factsThatAreTooLongAreRefused() {
        Mapping most = Mapping.builder().put("x", "x".repeat(256 * 1024)).build();
        assertRefused(RefusedException.Reason.INVALID, "facts under lt/a have more than 262144 bytes",
                () -> store().keep("lt/a", most));
    }

    private static Mapping facts(String text) {
        return (Mapping) Vms.json(text);
    }

    @Test
    void aCopyOfAVmIsRefusedByItsSecondHeartbeatOfANumber() {
        register("a");
        assertNotNull(store().heartbeat("a"));
        assertNotNull(store().heartbeat("a", new VmStore.Beat("one", 7)));
        assertNotNull(store().heartbeat("a", new VmStore.Beat("one", 8)));
        assertConflict(new VmStore.Beat("one", 8));
        assertConflict(new VmStore.Beat("two", 9));
        assertConflict(null);
        store().patch("a", patch("{'instance':'two'}"));
        assertConflict(new VmStore.Beat("one", 9));
        assertNotNull(store().heartbeat("a", new VmStore.Beat("two", 1)));
    }

    private void assertConflict(VmStore.@Nullable Beat beat) {
        assertEquals(RefusedException.Reason.CONFLICT,
                assertThrows(RefusedException.class, () -> store().heartbeat("a", beat)).reason());
    }
}
