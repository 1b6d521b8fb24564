package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.document.Yaml;
import dev.asmp.faults.Disk.Call;
import dev.asmp.faults.DiskGround;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.Manifest;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What the registry answers, tells and keeps while single calls to its disk fail, and which calls it makes. */
class RegistryDiskTest {
    private static final HostProfile ASKING = HostProfile.of(
            Yaml.read("{host_id: box, device_class: vm, policy: {requires_approval: true}}"),
            new Environment(Map.of("HOME", "/nowhere"), FileSystems.getDefault()));
    private static final String ENTRY = "services/mail.asmp.yaml";
    private static final String PENDING = "pending/mail.asmp.yaml";
    private static final String KEPT = "replaced/mail.asmp.yaml";

    private final List<String> told = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private HostProfile profile = Manifests.BOX;
    private DiskGround ground;
    private Registry registry;

    @BeforeEach
    void open() throws IOException {
        ground = new DiskGround();
        registry = opened();
    }

    private Registry opened() throws IOException {
        return Registries.open(ground.path(""), TestClock.somewhen(), () -> profile,
                change -> told.add(change.kind() + " " + change.entry().name()), warnings::add);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private void restart() throws IOException {
        registry.close();
        warnings.clear();
        registry = opened();
    }

    private static Manifest mail(String version) {
        return Manifests.of("mail", version, "mail.use-" + version);
    }

    private ServiceRecord announce(String version) {
        return registry.announce(new Claim.Announcement(mail(version), null));
    }

    private Proposal propose(String version) {
        return (Proposal) announce(version);
    }

    private void announceOther() {
        registry.announce(new Claim.Announcement(Manifests.of("fax", "1"), null));
    }

    private ServiceRecord register(String version) {
        return registry.register(new Claim.Registration(mail(version)));
    }

    private Sightings sight() {
        return registry.sight(List.of(new Claim.Sighting(mail("1"), ground.path("src/asmp.yaml"), "digest")));
    }

    private ServiceRecord remove() {
        return registry.remove("mail", Precondition.NONE, true);
    }

    private @Nullable String version() {
        Entry entry = registry.catalog().find("mail");
        return entry == null ? null : entry.manifest().document().text("version");
    }

    private long generation() {
        return Objects.requireNonNull(registry.catalog().find("mail")).state().generation();
    }

    private static String refusal(Executable change) {
        RefusedException refused = assertThrows(RefusedException.class, change);
        assertEquals(RefusedException.Reason.UNAVAILABLE, refused.reason(), refused.getMessage());
        return String.valueOf(refused.getMessage());
    }

    private void assertWarned(String text) {
        assertTrue(warnings.stream().anyMatch(line -> line.contains(text)), warnings.toString());
    }

    @Test
    void anIndexFileThatCannotBeReadIsLeftAloneAndItsNameIsRefused() throws IOException {
        announce("1");
        ground.fail(ENTRY, Call.STAT);
        assertTrue(refusal(() -> announce("2")).contains("cannot be read, nothing was changed"));
        ground.heal();
        Files.writeString(ground.path(ENTRY), Manifests.yaml("mail", "by hand"));
        ground.failAfter(1, ENTRY, Call.STAT);
        assertTrue(refusal(() -> announce("2")).contains("cannot be read, nothing was changed"));
        ground.heal();
        assertEquals(List.of("mail.asmp.yaml"), ground.files("services"), "it was not set aside");
        assertEquals(3, ((Entry) announce("2")).state().generation());
        assertEquals(List.of("REGISTERED mail", "CHANGED mail", "CHANGED mail"), told);
    }

    @Test
    void aBrokenFileThatCannotBeSetAsideIsNotReplaced() throws IOException {
        announce("1");
        Files.writeString(ground.path(ENTRY), "torn");
        ground.fail(ENTRY + ".broken", Call.MOVE);
        assertTrue(refusal(() -> announce("2")).contains("cannot be set aside"));
        assertEquals("torn", ground.now(ENTRY));
        ground.heal();
        announce("2");
        assertEquals("torn", ground.now(ENTRY + ".broken"));
    }

    @Test
    void whatAReloadTakesInIsForcedBeforeItIsAnswered() throws IOException {
        announce("1");
        Files.writeString(ground.path(ENTRY), Manifests.yaml("mail", "2"));
        List<String> forced = ground.recorded(Call.FORCE);
        registry.reload();
        assertTrue(forced.containsAll(List.of("mail.asmp.yaml", "generations")), forced.toString());
        Files.delete(ground.path(ENTRY));
        List<String> folders = ground.recorded(Call.FORCE_FOLDER);
        registry.reload();
        assertEquals(List.of("services"), folders);
        assertNull(version());
    }

    @Test
    void aFileThatTheDiskDoesNotTellOfCountsAsThere() throws IOException {
        sight();
        Entry entry = Objects.requireNonNull(registry.catalog().find("mail"));
        String source = ground.path("src/asmp.yaml").toString();
        assertTrue(registry.isUnchanged(entry, source, "digest"));
        ground.fail(ENTRY, Call.STAT);
        assertTrue(registry.isUnchanged(entry, source, "digest"));
        ground.heal();
        Files.delete(ground.path(ENTRY));
        assertFalse(registry.isUnchanged(entry, source, "digest"));
    }

    @Test
    void nothingIsReplacedThatIsNotKept() throws IOException {
        sight();
        ground.fail(KEPT, Call.MOVE);
        refusal(() -> register("2"));
        assertEquals("1", version());
        assertTrue(String.valueOf(ground.now(ENTRY)).contains("sync: scan"));
        ground.heal();
        register("2");
        assertEquals("1", ((Entry) registry.undo("mail")).manifest().document().text("version"));
    }

    @Test
    void anUndoOrAnApprovalThatFailedCanBeMadeAgain() throws IOException {
        sight();
        register("2");
        ground.fail(ENTRY, Call.MOVE);
        refusal(() -> registry.undo("mail"));
        ground.heal();
        assertEquals("2", version());
        restart();
        registry.undo("mail");
        assertEquals("1", version());
        profile = ASKING;
        Proposal proposal = propose("3");
        ground.fail(ENTRY, Call.MOVE);
        refusal(() -> registry.approve("mail", proposal.digest()));
        ground.heal();
        restart();
        registry.approve("mail", proposal.digest());
        assertEquals("3", version());
    }

    @Test
    void aTakeoverThatIsInPlaceAndNotForcedCanBeUndone() throws IOException {
        sight();
        ground.fail("services", Call.FORCE_FOLDER);
        refusal(() -> register("2"));
        assertEquals("2", version(), "memory says what the disk says");
        assertNotNull(registry.catalog().replacedSource("mail"));
        assertEquals(List.of("REGISTERED mail", "REGISTERED mail"), told);
        ground.heal();
        restart();
        assertEquals("1", ((Entry) registry.undo("mail")).manifest().document().text("version"));
    }

    @Test
    void aListenerIsToldOfWhatWasDoneAndOfNothingElse() {
        ground.fail(ENTRY, Call.MOVE);
        refusal(() -> announce("1"));
        assertEquals(List.of(), told);
        ground.heal();
        announce("1");
        ground.fail(ENTRY, Call.DELETE);
        refusal(this::remove);
        assertEquals("1", version());
        assertNotNull(registry.writeFailure());
        assertEquals(List.of("REGISTERED mail"), told);
        ground.fail("services", Call.FORCE_FOLDER);
        refusal(this::remove);
        assertNull(version(), "it is gone, although not for certain");
        assertEquals(List.of("REGISTERED mail", "REMOVED mail"), told);
        ground.heal();
        announceOther();
        assertNull(registry.writeFailure());
    }

    @Test
    void aRemovalOutlivesAnAnnouncementThatFailed() {
        sight();
        remove();
        ground.fail(ENTRY, Call.MOVE);
        refusal(() -> announce("2"));
        ground.heal();
        assertNotNull(registry.catalog().whyRemoved("mail"));
        assertEquals(List.of("mail"), List.copyOf(sight().refused().keySet()));
    }

    @Test
    void aRemovalDoesNotLeaveAProposalBehindThatCouldNotBeDeleted() throws IOException {
        profile = ASKING;
        registry.approve("mail", propose("1").digest());
        propose("2");
        ground.fail(PENDING, Call.DELETE);
        refusal(this::remove);
        assertEquals("1", version());
        assertNotNull(registry.catalog().proposal("mail"));
        ground.heal();
        restart();
        assertEquals("1", version());
        remove();
        assertEquals(List.of(), ground.files("pending"));
        assertEquals(List.of(), ground.files("services"));
    }

    @Test
    void aProposalThatFailedIsShownAsItIsOnDisk() throws IOException {
        profile = ASKING;
        ground.fail(PENDING, Call.MOVE);
        refusal(() -> propose("1"));
        assertNull(registry.catalog().proposal("mail"));
        ground.fail("pending", Call.FORCE_FOLDER);
        refusal(() -> propose("1"));
        Proposal placed = Objects.requireNonNull(registry.catalog().proposal("mail"), "in place, not forced");
        ground.fail(PENDING, Call.MOVE);
        refusal(() -> propose("2"));
        assertEquals(placed.digest(), Objects.requireNonNull(registry.catalog().proposal("mail")).digest());
        ground.heal();
        restart();
        assertEquals(placed.digest(), Objects.requireNonNull(registry.catalog().proposal("mail")).digest());
    }

    @Test
    void anApprovedProposalWhoseFileStaysIsDeletedByALaterChangeOnce() throws IOException {
        profile = ASKING;
        Proposal proposal = propose("1");
        ground.fail(PENDING, Call.DELETE);
        registry.approve("mail", proposal.digest());
        assertEquals("1", version());
        assertNull(registry.catalog().proposal("mail"), "it is in service");
        assertWarned("cannot delete from the folder of proposals: planted: DELETE");
        assertNotNull(ground.now(PENDING));
        profile = Manifests.BOX;
        announceOther();
        assertNotNull(ground.now(PENDING), "it still cannot be deleted");
        ground.heal();
        announceOther();
        assertNull(ground.now(PENDING));
        List<String> deleted = ground.recorded(Call.FORCE_FOLDER);
        announceOther();
        assertEquals(List.of("services"), deleted);
    }

    @Test
    void whatIsKeptOfATakeoverThatFailedIsDeletedByALaterChangeOnce() throws IOException {
        sight();
        ground.fail(ENTRY, Call.MOVE);
        refusal(() -> register("2"));
        assertNull(registry.catalog().replacedSource("mail"));
        ground.fail(KEPT, Call.DELETE);
        announceOther();
        assertNotNull(ground.now(KEPT));
        ground.heal();
        announceOther();
        assertNull(ground.now(KEPT));
        List<String> forced = ground.recorded(Call.FORCE_FOLDER);
        announceOther();
        assertEquals(List.of("services"), forced);
    }

    @Test
    void whatIsKeptOfATakeoverCountsAsKeptWhereTheDiskDoesNotTell() throws IOException {
        sight();
        register("2");
        ground.fail(KEPT, Call.DELETE, Call.STAT);
        registry.undo("mail");
        assertNotNull(registry.catalog().replacedSource("mail"));
        assertWarned("cannot delete from the folder of replaced entries: planted: DELETE");
        ground.heal();
        registry.undo("mail");
        assertNull(registry.catalog().replacedSource("mail"));
        assertNull(ground.now(KEPT));
    }

    @Test
    void aHistoryThatCannotBeWrittenIsToldOfAndLosesNoEntry() {
        ground.fail("generations", Call.WRITE);
        announce("1");
        assertEquals(1, generation());
        assertWarned("cannot write to the state folder: planted: WRITE");
        assertNotNull(registry.writeFailure());
    }

    @Test
    void aGenerationThatWasOnlyProposedIsForcedWhenItIsTakenBack() throws IOException {
        profile = ASKING;
        registry.approve("mail", propose("1").digest());
        propose("2");
        List<String> forced = ground.recorded(Call.FORCE);
        profile = Manifests.BOX;
        announceOther();
        assertFalse(forced.contains("generations"), "each entry's file has its own generation");
        long taken = ((Entry) announce("1")).state().generation();
        assertTrue(taken > 1);
    }

    @Test
    void aFileIsReadWhenItChangedAndAtNoOtherTime() throws IOException {
        registry.announce(new Claim.Announcement(Manifests.of("mail", "1"), null));
        List<String> read = ground.recorded(Call.READ);
        registry.announce(new Claim.Announcement(Manifests.of("mail", "2"), null));
        registry.reload();
        assertFalse(read.contains("mail.asmp.yaml"), "it is the registry's own");
        restart();
        assertFalse(read.contains("mail.asmp.yaml"), "the snapshot knows it");
        registry.close();
        Files.delete(ground.path("generations"));
        registry = opened();
        assertFalse(read.contains("mail.asmp.yaml"), "also without a history");
        registry.close();
        Files.writeString(ground.path(ENTRY), Manifests.yaml("mail", "3"));
        registry = opened();
        assertTrue(read.contains("mail.asmp.yaml"));
        assertEquals("3", version());
        registry.close();
        Files.delete(ground.path("snapshot.bin"));
        read.clear();
        registry = opened();
        assertTrue(read.contains("mail.asmp.yaml"));
    }

    @Test
    void aChangeThatMayLetInOthersIsCounted() throws IOException {
        long before = registry.freed();
        announce("1");
        announceOther();
        registry.seen(TestClock.somewhen().instant(), List.of());
        registry.reload();
        assertEquals(before, registry.freed(), "something new frees nothing");
        announce("2");
        assertEquals(before + 1, registry.freed(), "a changed entry may leave a port");
        Files.writeString(ground.path(ENTRY), Manifests.yaml("mail", "by hand"));
        registry.reload();
        assertEquals(before + 2, registry.freed());
        registry.markStale(List.of(Objects.requireNonNull(registry.catalog().find("mail"))));
        long stale = registry.freed();
        assertTrue(stale > before + 2);
        remove();
        assertTrue(registry.freed() > stale);
    }

    @Test
    void thoseWhoWaitAreToldOfEachBatch() {
        List<Integer> sizes = new ArrayList<>();
        registry.whenPublished(() -> sizes.add(registry.catalog().size()));
        announce("1");
        announceOther();
        assertEquals(List.of(1, 2), sizes);
    }

    @Test
    void aFileOfAnotherHostIsNotLoadedAndSaysWhose() throws IOException {
        Files.writeString(ground.path("services/fax@other.asmp.yaml"), Manifests.yaml("fax", "1"));
        Files.writeString(ground.path("services/@x.asmp.yaml"), Manifests.yaml("x", "1"));
        Files.writeString(ground.path(ENTRY), Manifests.yaml("mail", "1") + "sync: federate\nhost: third\n");
        List<String> errors = registry.reload().problems().stream().map(Reloaded.Problem::error).toList();
        assertEquals(0, registry.catalog().size());
        assertTrue(errors.stream().anyMatch(error -> error.contains("is an entry of the host 'other', and")),
                errors.toString());
        assertTrue(errors.stream().anyMatch(error -> error.contains("is an entry of the host 'third', and")),
                errors.toString());
        assertFalse(errors.stream().anyMatch(error -> error.contains("'x'")), errors.toString());
    }

    @Test
    void aRejectedProposalStaysRejectedAndOneThatIsNotWaits() throws IOException {
        profile = ASKING;
        registry.reject("mail", propose("1").digest(), "no");
        restart();
        Proposal rejected = Objects.requireNonNull(registry.catalog().proposal("mail"));
        assertFalse(rejected.isPending());
        assertEquals("no", rejected.note());
        registry.close();
        String yaml = Objects.requireNonNull(ground.now(PENDING));
        Files.writeString(ground.path(PENDING), yaml.replace("status: rejected", "status: registered"));
        registry = opened();
        assertTrue(Objects.requireNonNull(registry.catalog().proposal("mail")).isPending());
    }

    @Test
    void aStartTellsOfFilesThatItCannotUseBesideTheIndex() throws IOException {
        Files.writeString(ground.path(PENDING), "torn");
        Files.writeString(ground.path(KEPT), "torn");
        restart();
        assertWarned("broken proposal " + ground.path(PENDING));
        assertWarned("broken file " + ground.path(KEPT));
        assertEquals("torn", ground.now(PENDING));
    }

    @Test
    void aStartEndsAnApprovalThatACrashCutOff() throws IOException {
        profile = ASKING;
        Proposal proposal = propose("1");
        String file = Objects.requireNonNull(ground.now(PENDING));
        registry.approve("mail", proposal.digest());
        registry.close();
        Files.writeString(ground.path(PENDING), file);
        ground.fail(PENDING, Call.DELETE);
        restart();
        assertWarned("cannot delete the approved proposal of 'mail': planted: DELETE");
        ground.heal();
        restart();
        assertEquals(List.of(), warnings);
        assertNull(ground.now(PENDING));
        assertNull(registry.catalog().proposal("mail"));
        assertEquals("1", version());
    }

    @Test
    void aStartDropsWhatWasKeptOfATakeoverThatNeverCame() throws IOException {
        sight();
        String entry = Objects.requireNonNull(ground.now(ENTRY));
        register("2");
        registry.close();
        Files.writeString(ground.path(ENTRY), entry);
        Files.delete(ground.path("generations"));
        registry = opened();
        assertEquals("1", version());
        assertNull(registry.catalog().replacedSource("mail"));
        assertNull(ground.now(KEPT));
    }

    @Test
    void aStartRemembersEntriesWhoseHistoryIsGone() throws IOException {
        announce("1");
        registry.close();
        Files.delete(ground.path("generations"));
        registry = opened();
        String yaml = Objects.requireNonNull(ground.now(ENTRY));
        Files.writeString(ground.path(ENTRY), yaml.replace("mail.use-1", "mail.use-2"));
        registry.reload();
        assertEquals(2, generation(), "it says something else");
    }

    @Test
    void aHundredProblemsAreToldOneByOneAndTheOthersCounted() throws IOException {
        for (int i = 0; i < 150; i++) {
            Files.writeString(ground.path("services/s" + i + ".asmp.yaml"), "torn");
        }
        Files.writeString(ground.path(ENTRY), Manifests.yaml("mail", "1"));
        restart();
        assertEquals(100, registry.problems().size());
        assertEquals(101, warnings.size());
        assertEquals("50 more files of the index were left out", warnings.getLast());
        assertEquals("1", version());
    }

    @Test
    void ofTwoNamesThatDifferInCaseAStartSaysWhichIsLeftOut() throws IOException {
        announce("1");
        Files.writeString(ground.path("services/MAIL.asmp.yaml"), Manifests.yaml("MAIL", "1"));
        restart();
        Path other = ground.path("services/MAIL.asmp.yaml");
        assertEquals(List.of(other.toString()), registry.problems().stream().map(Reloaded.Problem::path).toList());
        assertWarned("index file " + other + " is left out: its name differs only in case from 'mail'");
    }
}
