package dev.asmp.registry;

import static dev.asmp.registry.Decisions.HERE;
import static dev.asmp.registry.Decisions.NOW;
import static dev.asmp.registry.Decisions.THERE;
import static dev.asmp.registry.Decisions.mail;
import static dev.asmp.registry.Decisions.onPort;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Json;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.registry.EntryChange.Kind;
import dev.asmp.store.RefusedException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What waits for the owner, what the owner's word makes of it, and what the owner can take back. */
class ApprovalRulesTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String ASK = "requires_approval: true";

    private final Decisions host = new Decisions();

    @BeforeEach
    void ask() {
        host.policy(ASK);
    }

    private Reason announceRefusal(String... provides) {
        return host.refusal(batch -> new ClaimDecider(batch).announce(
                new Claim.Announcement(mail(provides), null)));
    }

    @Test
    void aNewNameWaitsAndIsToldOnce() {
        Proposal first = (Proposal) host.announce(mail("a.b"), null);
        assertEquals(List.of(Kind.PENDING), host.told());
        assertEquals(NOW, first.since());
        assertTrue(first.isPending());
        assertNull(host.catalog().find("mail"));
        host.pass(HOUR);
        Proposal again = (Proposal) host.announce(mail("a.b"), null);
        assertEquals(List.of(), host.told());
        assertEquals(NOW, again.since());
        Proposal other = (Proposal) host.announce(mail("c.d"), null);
        assertEquals(List.of(Kind.PENDING), host.told());
        assertEquals(host.now(), other.since());
    }

    @Test
    void whatWasRejectedIsNotOfferedAgainUntilItChanges() {
        host.announce(mail("a.b"), null);
        Proposal rejected = host.reject("not here");
        assertEquals(List.of(Kind.REJECTED), host.told());
        assertEquals("not here", rejected.note());
        assertEquals(NOW, rejected.since());
        assertEquals(2, rejected.entry().state().generation());
        assertEquals(Status.REJECTED, host.proposal().entry().state().status());
        assertEquals(Reason.FORBIDDEN, announceRefusal("a.b"));
        assertTrue(((Proposal) host.announce(mail("c.d"), null)).isPending());
    }

    @Test
    void anApprovalPutsIntoServiceWhatWasShown() {
        assertEquals(Reason.NOT_FOUND, host.refusal(batch -> new OwnerDecider(batch).approve("mail", "x")));
        host.announce(mail("a.b"), null);
        assertEquals(Reason.CONFLICT, host.refusal(batch -> new OwnerDecider(batch).approve("mail", "x")));
        assertEquals(Reason.CONFLICT, host.refusal(batch -> new OwnerDecider(batch).reject("mail", "x", null)));
        Entry approved = host.approve();
        assertSame(approved, host.mail());
        assertEquals(Status.REGISTERED, approved.state().status());
        assertEquals(2, approved.state().generation());
        assertEquals(List.of(Kind.REGISTERED), host.told());
        assertNull(host.catalog().proposal("mail"));
        host.announce(mail("a.b", "c.d"), null);
        assertEquals(List.of("a.b"), host.mail().provides());
        Entry changed = host.approve();
        assertEquals(List.of("a.b", "c.d"), changed.provides());
        assertEquals(List.of(Kind.CHANGED), host.told());
    }

    @Test
    void theOwnerApprovesNothingThatThePolicyDoesNotAllow() {
        host.announce(onPort(7100), null);
        host.policy(ASK + ", allowed_ports: 8000-8999");
        assertThrows(InvalidDocumentException.class, host::approve);
        assertThrows(InvalidDocumentException.class, () -> host.announce(onPort(7200), null));
    }

    @Test
    void theSameContentIsAcceptedAndAnotherProposalStillWaits() {
        host.announce(mail("a.b"), null);
        host.approve();
        host.announce(mail("a.b", "c.d"), null);
        Entry again = (Entry) host.announce(mail("a.b"), null);
        assertEquals(4, again.state().generation());
        assertTrue(host.proposal().isPending());
        host.policy("requires_approval: false");
        host.announce(mail("a.b"), null);
        assertNull(host.catalog().proposal("mail"), "there is no one to ask");
    }

    @Test
    void aProposalThatIsInServiceIsDone() {
        host.announce(mail("a.b"), null);
        host.approve();
        host.announce(mail("a.b", "c.d"), null);
        host.policy("requires_approval: false");
        host.register(mail("a.b", "c.d"));
        host.policy(ASK);
        assertNull(host.catalog().proposal("mail"));
        assertEquals(List.of("a.b", "c.d"), host.mail().provides());
    }

    @Test
    void aSightingThatWaitsIsNotAccepted() {
        Sightings waits = host.sight(mail("a.b"), HERE, "d1");
        assertEquals(Proposal.WAITS, waits.refused().get("mail"));
        assertEquals(0, waits.accepted().size());
    }

    @Test
    void anAnnouncementOfApprovedContentCannotSetOrShortenATimeToLive() {
        host.announce(mail("a.b"), null);
        host.approve();
        host.announce(mail("a.b"), Duration.ofSeconds(1));
        assertNull(host.mail().state().expires());
        host.policy("requires_approval: false");
        host.announce(mail("a.b"), HOUR);
        host.policy(ASK);
        host.announce(mail("a.b"), Duration.ofSeconds(1));
        assertEquals(NOW.plus(HOUR), host.mail().state().expires());
        host.pass(Duration.ofMinutes(30));
        host.announce(mail("a.b"), HOUR);
        assertEquals(host.now().plus(HOUR), host.mail().state().expires(), "it may put the end off");
    }

    private void approveForAnHour() {
        host.announce(mail("a.b"), HOUR);
        host.approve();
    }

    @Test
    void aLongerLifeOfApprovedContentWaitsForTheOwnerAndRenewsTheOneThatWasApproved() {
        approveForAnHour();
        for (Supplier<ServiceRecord> claim : List.<Supplier<ServiceRecord>>of(() -> host.register(mail("a.b")),
                () -> host.announce(mail("a.b"), null), () -> host.announce(mail("a.b"), HOUR.plusSeconds(1)))) {
            host.pass(Duration.ofMinutes(10));
            assertInstanceOf(Proposal.class, claim.get());
            assertEquals(HOUR, host.mail().state().ttl());
        }
        assertEquals(host.now().plus(HOUR), host.mail().state().expires());
        host.announce(mail("a.b"), HOUR);
        assertTrue(host.proposal().isPending(), "a renewal is not what waits");
        host.approve();
        assertNull(host.mail().state().expires());
        assertNull(host.catalog().proposal("mail"));
    }

    @Test
    void aLongerLifeThatWasRejectedIsNotOfferedAgain() {
        approveForAnHour();
        host.register(mail("a.b"));
        host.reject(null);
        host.announce(mail("a.b"), HOUR);
        assertEquals(Reason.FORBIDDEN, host.refusal(
                batch -> new ClaimDecider(batch).register(new Claim.Registration(mail("a.b")))));
    }

    @Test
    void whatWaitsKeepsTheTimeToLiveThatTheOwnerIsShown() {
        host.announce(mail("a.b"), HOUR);
        host.announce(mail("a.b"), Duration.ofSeconds(1));
        host.announce(mail("a.b"), null);
        assertEquals("1h", host.proposal().summary().build().text("ttl"));
        host.approve();
        assertEquals(HOUR, host.mail().state().ttl());
        assertEquals(NOW.plus(HOUR), host.mail().state().expires());
    }

    @Test
    void aPatchThatLeadsBackToApprovedContentChangesNothingOfItsLife() {
        host.announce(mail("a.b"), null);
        host.approve();
        host.announce(mail("a.b", "c.d"), Duration.ofSeconds(1));
        host.patch("{'capabilities': {'provides': ['a.b']}}");
        assertNull(host.mail().state().expires());
        host.remove(true);
        approveForAnHour();
        host.register(mail("a.b", "c.d"));
        host.patch("{'capabilities': {'provides': ['a.b']}}");
        assertEquals(NOW.plus(HOUR), host.mail().state().expires());
    }

    @Test
    void whileAnotherContentWaitsTheApprovedEndIsNotLifted() {
        approveForAnHour();
        host.announce(mail("a.b", "c.d"), null);
        assertEquals(NOW.plus(HOUR), host.mail().state().expires());
    }

    @Test
    void whileAChangeWaitsTheApprovedServiceLivesOn() {
        host.announce(mail("a.b"), HOUR);
        host.approve();
        host.pass(Duration.ofMinutes(30));
        host.announce(mail("a.b", "c.d"), HOUR);
        assertEquals(NOW.plus(HOUR).plus(Duration.ofMinutes(30)), host.mail().state().expires());
        assertEquals(List.of("a.b"), host.mail().provides());
        assertEquals(Status.REGISTERED, host.mail().state().status());
        assertEquals(List.of(Kind.PENDING), host.told());
    }

    @Test
    void aTakeoverKeepsWhatItReplacesUntilItIsUndone() {
        host.policy("");
        host.sight(mail("a.b"), HERE, "d1");
        Entry scanned = host.mail();
        assertEquals(Reason.NOT_FOUND, host.refusal(batch -> new OwnerDecider(batch).undo("mail")));
        Entry taken = (Entry) host.announce(mail("c.d"), null);
        assertNull(taken.state().source());
        Takeover takeover = Objects.requireNonNull(host.catalog().takeover("mail"));
        assertSame(scanned, takeover.replaced());
        assertEquals(2, takeover.generation());
        Entry undone = host.decide(batch -> new OwnerDecider(batch).undo("mail"));
        assertSame(undone, host.mail());
        assertEquals(List.of("a.b"), undone.provides());
        assertEquals(3, undone.state().generation());
        assertEquals(List.of(Kind.CHANGED), host.told());
        assertNull(host.catalog().takeover("mail"));
    }

    @Test
    void aTakeoverIsForgottenWhenItsFileHasItsSayAgain() {
        host.policy("");
        host.sight(mail("a.b"), HERE, "d1");
        host.announce(mail("c.d"), HOUR);
        host.announce(mail("c.d"), HOUR);
        assertNotNull(host.catalog().takeover("mail"));
        host.pass(HOUR);
        host.sight(mail("a.b"), HERE, "d1");
        assertNull(host.catalog().takeover("mail"));
        assertTrue(host.last().files().forgotten().contains("mail"));
    }

    @Test
    void aTakeoverIsRefusedWhereThePolicySaysSo() {
        host.policy("takeover: refuse");
        host.sight(mail("a.b"), HERE, "d1");
        assertEquals(Reason.CONFLICT, announceRefusal("c.d"));
        assertEquals("'mail' belongs to " + HERE + ", and nothing else may replace it (policy.takeover)",
                host.sight(mail("c.d"), THERE, "d2").refused().get("mail"));
        host.announce(mail("a.b", "c.d"), null);
        host.policy("takeover: refuse, allowed_ports: 8000-8999");
        assertThrows(InvalidDocumentException.class, () -> host.announce(mail("x.y"), null));
    }

    @Test
    void aTakeoverWaitsForTheOwnerToo() {
        host.policy("");
        host.sight(mail("a.b"), HERE, "d1");
        host.policy(ASK);
        assertTrue(host.announce(mail("c.d"), null) instanceof Proposal);
        assertEquals(List.of("a.b"), host.mail().provides());
        host.approve();
        assertEquals(List.of("c.d"), host.mail().provides());
        assertEquals(List.of("a.b"), Objects.requireNonNull(host.catalog().takeover("mail")).replaced().provides());
        assertEquals(List.of(Kind.CHANGED), host.told());
    }

    @Test
    void aTakeoverNamesWhatItReplaced() {
        host.policy("");
        host.sight(mail("a.b"), HERE, "d1");
        host.announce(mail("c.d"), null);
        Takeover kept = Objects.requireNonNull(host.catalog().takeover("mail"));
        assertEquals("mail", kept.name());
        assertEquals("{\"source\":\"" + HERE + "\",\"generation\":1}",
                new String(Json.write(kept.summary()), StandardCharsets.UTF_8));
    }

    @Test
    void theHostsSensitivityIsAddedToWhatDeclaresNone() {
        host.policy("data_sensitivity_default: high");
        host.announce(mail("a.b"), null);
        assertEquals("high", host.mail().manifest().document().mapping("data").text("sensitivity"));
    }
}
