package dev.asmp.registry;

import static dev.asmp.registry.Decisions.HERE;
import static dev.asmp.registry.Decisions.NOW;
import static dev.asmp.registry.Decisions.THERE;
import static dev.asmp.registry.Decisions.mail;
import static dev.asmp.registry.Decisions.onPort;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Manifest;
import dev.asmp.registry.EntryChange.Kind;
import dev.asmp.store.RefusedException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What claims make of the catalog, and what of it is told. */
class ClaimDeciderTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Decisions host = new Decisions();

    private long generation() {
        return host.mail().state().generation();
    }

    private static String reason(Sightings outcome) {
        return String.valueOf(outcome.refused().get("mail"));
    }

    private Entry goodbye(long generation) {
        return host.decide(batch -> new ClaimDecider(batch).sayGoodbye("mail", generation, "moving", true));
    }

    private Reason goodbyeRefusal(long generation) {
        return goodbyeRefusal(generation, true);
    }

    private Reason goodbyeRefusal(long generation, boolean byOwner) {
        return host.refusal(batch -> new ClaimDecider(batch).sayGoodbye("mail", generation, null, byOwner));
    }

    @Test
    void anAnnouncementIsToldWhenItIsNewOrSaysSomethingElse() {
        assertSame(host.announce(mail("a.b"), null), host.mail());
        assertEquals(List.of(Kind.REGISTERED), host.told());
        host.announce(mail("a.b"), null);
        assertEquals(List.of(), host.told());
        assertEquals(2, generation());
        host.announce(mail("a.b", "c.d"), null);
        assertEquals(List.of(Kind.CHANGED), host.told());
        host.expire();
        host.announce(mail("a.b", "c.d"), null);
        assertEquals(List.of(Kind.REGISTERED), host.told());
    }

    @Test
    void anAnnouncementThatMovesAScannedServiceIsToldAsThat() {
        host.sight(onPort(7100), HERE, "d1");
        host.announce(onPort(7100), null);
        assertEquals(List.of(), host.told());
        host.announce(onPort(7200), null);
        assertEquals(List.of(Kind.ENDPOINTS_MOVED), host.told());
        host.expire();
        host.announce(onPort(7300), null);
        assertEquals(List.of(Kind.REGISTERED), host.told());
    }

    @Test
    void anAnnouncementThatMovesAnAnnouncedServiceIsAChange() {
        host.announce(onPort(7100), null);
        host.announce(onPort(7200), null);
        assertEquals(List.of(Kind.CHANGED), host.told());
    }

    @Test
    void aRegistrationOfTheSameChangesNothing() {
        ServiceRecord first = host.register(mail("a.b"));
        assertEquals(List.of(Kind.REGISTERED), host.told());
        assertSame(first, host.register(mail("a.b")));
        assertEquals(List.of(), host.told());
        assertEquals(2, ((Entry) host.register(mail("a.b", "c.d"))).state().generation());
        host.policy("agent_can_register: false");
        assertEquals(Reason.FORBIDDEN,
                host.refusal(batch -> new ClaimDecider(batch).register(new Claim.Registration(mail("a.b", "c.d")))));
    }

    @Test
    void aSightingIsNewToTheIndexOrFromAnotherSourceOrKnown() {
        assertEquals(Map.of("mail", Sightings.Kind.REGISTERED), host.sight(mail("a.b"), HERE, "d1").accepted());
        assertEquals(Map.of("mail", Sightings.Kind.UPDATED), host.sight(mail("a.b"), HERE, "d1").accepted());
        assertEquals(List.of(), host.told());
        assertEquals(Map.of("mail", Sightings.Kind.UPDATED), host.sight(mail("c.d"), HERE, "d2").accepted());
        assertEquals(List.of(Kind.CHANGED), host.told());
        assertEquals(Map.of("mail", Sightings.Kind.REGISTERED), host.sight(mail("c.d"), THERE, "d2").accepted());
    }

    @Test
    void aSightingThatIsRefusedDoesNotKeepOutTheOthers() {
        Manifest post = Manifests.of("post", "1");
        List<Claim.Sighting> claims = List.of(new Claim.Sighting(onPort(9999), Path.of(HERE), "d1"),
                new Claim.Sighting(post, Path.of(THERE), "d1"));
        host.policy("allowed_ports: [" + Manifests.port("post") + "]");
        Sightings outcome = host.decide(batch -> new ClaimDecider(batch).sight(claims));
        assertEquals(Map.of("post", Sightings.Kind.REGISTERED), outcome.accepted());
        assertTrue(reason(outcome).contains("port 9999"), outcome.refused()::toString);
    }

    @Test
    void aRemovedServiceStaysAwayUntilItsFileChanges() {
        host.sight(mail("a.b"), HERE, "d1");
        host.remove(true);
        String refused = reason(host.sight(mail("a.b"), HERE, "d1"));
        assertTrue(refused.startsWith("'mail' was removed from the registry"), refused);
        assertEquals(Map.of("mail", Sightings.Kind.REGISTERED), host.sight(mail("a.b"), HERE, "d2").accepted());
        assertEquals(2, generation());
    }

    @Test
    void aProgramsClaimHoldsItsNameAgainstAnotherServicesFile() {
        host.announce(mail("a.b"), null);
        assertTrue(reason(host.sight(mail("c.d"), HERE, "d1")).contains("belongs to an announcement"));
        host.remove(true);
        host.register(mail("a.b"));
        assertTrue(reason(host.sight(mail("c.d"), HERE, "d1")).contains("belongs to a registration"));
    }

    @Test
    void aReplacedFileIsToldHowItComesBack() {
        host.sight(mail("a.b"), HERE, "d1");
        host.announce(mail("c.d"), null);
        String refused = reason(host.sight(mail("a.b"), HERE, "d1"));
        assertEquals("'mail' was replaced by an announcement; asmp undo mail restores it", refused);
        assertEquals(Map.of("mail", Sightings.Kind.REGISTERED), host.sight(mail("a.b"), HERE, "d2").accepted());
    }

    @Test
    void thePinnedFileTakesItsNameFromAProgram() {
        host.announce(mail("a.b"), null);
        host.policy("pin: {mail: " + HERE + "}");
        assertEquals(Map.of("mail", Sightings.Kind.REGISTERED), host.sight(mail("c.d"), HERE, "d1").accepted());
        assertEquals(HERE, host.mail().state().source());
        assertEquals(Sync.SCAN, host.mail().state().sync());
        assertEquals(Map.of(), host.sight(mail("c.d"), THERE, "d3").accepted());
    }

    @Test
    void anEntryGoesStaleOnceAndOnlyIfItIsTheOneThatWasLookedAt() {
        host.announce(mail("a.b"), null);
        Entry looked = host.mail();
        host.announce(mail("a.b"), null);
        assertEquals(List.of(), host.decide(batch -> new ClaimDecider(batch).markStale(List.of(looked))));
        Entry current = host.mail();
        assertEquals(List.of("mail"), host.decide(batch -> new ClaimDecider(batch).markStale(List.of(current))));
        assertEquals(List.of(Kind.STALE), host.told());
        assertEquals(Status.STALE, host.mail().state().status());
        assertEquals(3, generation());
        Entry stale = host.mail();
        assertEquals(List.of(), host.decide(batch -> new ClaimDecider(batch).markStale(List.of(stale))));
        assertEquals(3, generation());
    }

    @Test
    void anAnnouncementWithoutAFileIsStaleWhenItSaysGoodbye() {
        assertEquals(Reason.NOT_FOUND, goodbyeRefusal(1));
        host.announce(mail("a.b"), null);
        assertEquals(Reason.CHANGED_MEANWHILE, goodbyeRefusal(2));
        Entry ended = goodbye(1);
        assertTrue(ended.isStale());
        assertEquals(2, ended.state().generation());
        assertEquals("moving", host.last().changes().getFirst().reason());
        assertSame(ended, goodbye(2), "which it is already");
        assertEquals(List.of(), host.told());
        host.policy("agent_can_register: false");
        assertEquals(Reason.FORBIDDEN, goodbyeRefusal(2));
    }

    @Test
    void anAnnouncementOverAFileExpiresWhenItSaysGoodbye() {
        host.sight(mail("a.b"), HERE, "d1");
        assertEquals(Reason.CONFLICT, goodbyeRefusal(1), "a scanned one has not announced itself");
        host.announce(mail("a.b"), null);
        Entry ended = goodbye(2);
        assertEquals(NOW, ended.state().expires());
        assertEquals(Status.REGISTERED, ended.state().status());
        assertEquals(List.of(), host.told());
    }

    @Test
    void anAnnouncementThatReplacedAFileExpiresWhenItSaysGoodbye() {
        host.sight(mail("a.b"), HERE, "d1");
        host.announce(mail("c.d"), null);
        assertNull(host.mail().state().source());
        Entry ended = goodbye(2);
        assertEquals(NOW, ended.state().expires());
        assertEquals(false, ended.isStale());
    }

    @Test
    void onlyTheOwnerEndsWhatWasApproved() {
        host.announce(mail("a.b"), null);
        host.policy("requires_approval: true");
        assertEquals(Reason.OWNER_ONLY, goodbyeRefusal(1));
        host.policy("requires_approval: false");
        host.announce(mail("a.b"), HOUR);
        host.policy("requires_approval: true");
        assertEquals(Reason.OWNER_ONLY, goodbyeRefusal(2, false));
        assertTrue(goodbye(2).isStale());
    }

    @Test
    void aScanHasSeenEveryScannedEntryButTheExceptions() {
        host.sight(mail("a.b"), HERE, "d1");
        host.sight(Manifests.of("post", "1"), THERE, "d1");
        host.pass(HOUR);
        Entry unseen = host.mail();
        assertEquals(host.now(), host.decide(batch -> new ClaimDecider(batch).see(host.now(), List.of(unseen))));
        LastSeen seen = Objects.requireNonNull(host.last().seen());
        assertEquals(NOW, seen.lastSeen(host.mail()));
        assertEquals(host.now(), seen.lastSeen(Objects.requireNonNull(host.catalog().find("post"))));
    }
}
