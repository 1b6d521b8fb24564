package dev.asmp.registry;

import static dev.asmp.registry.Decisions.HERE;
import static dev.asmp.registry.Decisions.json;
import static dev.asmp.registry.Decisions.mail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Scalar;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import dev.asmp.registry.EntryChange.Kind;
import dev.asmp.store.RefusedException;
import dev.asmp.store.RefusedException.Reason;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What edits make of the catalog: patches, mods, removals. */
class EditDeciderTest {
    private final Decisions host = new Decisions();

    private Reason patchRefusal(String json, Precondition precondition) {
        return host.refusal(batch -> new EditDecider(batch).patch("mail", json(json), precondition));
    }

    private static Precondition generation(long number) {
        return new Precondition(Set.of(number));
    }

    private void detach(String mod) {
        host.decide(batch -> new EditDecider(batch).detach("mail", mod));
    }

    private static String owner(Entry entry) {
        return String.valueOf(entry.manifest().document().text("owner"));
    }

    @Test
    void aPatchOfTheGenerationThatWasSeenIsAChange() {
        assertEquals(Reason.NOT_FOUND, patchRefusal("{}", Precondition.NONE));
        host.announce(mail("a.b"), null);
        assertEquals(Reason.CHANGED_MEANWHILE, patchRefusal("{'owner': 'me'}", generation(2)));
        Entry patched = host.decide(batch -> (Entry) new EditDecider(batch).patch("mail", json("{'owner': 'me'}"),
                generation(1)));
        assertSame(host.mail(), patched);
        assertEquals("me", owner(patched));
        assertEquals(2, patched.state().generation());
        assertEquals(List.of(Kind.CHANGED), host.told());
    }

    @Test
    void aPatchThatChangesNothingIsNoGeneration() {
        host.announce(mail("a.b"), null);
        Entry entry = host.mail();
        assertSame(entry, host.patch("{'description': 'the mail of this machine'}"));
        assertEquals(List.of(), host.told());
        host.policy("agent_can_register: false");
        assertEquals(Reason.FORBIDDEN, patchRefusal("{}", Precondition.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'name': 'post'}", "{'generation': 7}", "{'status': 'stale'}", "{'capabilities': null}"})
    void aPatchOfTheRegistrysOwnKeysOrOfAnInvalidManifestIsRefused(String patch) {
        host.announce(mail("a.b"), null);
        assertThrows(InvalidDocumentException.class, () -> host.patch(patch));
        assertEquals(1, host.mail().state().generation());
    }

    @Test
    void aPatchIsAMapping() {
        host.announce(mail("a.b"), null);
        assertThrows(InvalidDocumentException.class, () -> host.decide(
                batch -> new EditDecider(batch).patch("mail", Scalar.text("x"), Precondition.NONE)));
    }

    @Test
    void aPatchMayRepeatTheNameAndTheRegistrysOwnKeysAsTheyAre() {
        host.announce(mail("a.b"), null);
        host.patch("{'name': 'mail', 'generation': 1, 'status': 'registered', 'sync': 'announce', 'owner': 'me'}");
        assertEquals("me", owner(host.mail()));
    }

    @Test
    void aPatchBuildsOnWhatWaitsForTheOwner() {
        host.announce(mail("a.b"), null);
        host.policy("requires_approval: true");
        host.patch("{'owner': 'me'}");
        ServiceRecord second = host.patch("{'section': 'tools'}");
        Entry waiting = host.proposal().entry();
        assertEquals("me", owner(waiting));
        assertEquals("tools", waiting.manifest().section());
        assertEquals("null", owner(host.mail()));
        assertSame(second, host.proposal());
        assertSame(second, host.patch("{'section': 'tools'}"), "it waits already");
    }

    @Test
    void afterARejectionAPatchBuildsOnWhatIsInService() {
        host.announce(mail("a.b"), null);
        host.policy("requires_approval: true");
        host.patch("{'owner': 'me'}");
        host.reject(null);
        host.patch("{'section': 'tools'}");
        assertEquals("null", owner(host.proposal().entry()));
        host.reject(null);
        assertSame(host.mail(), host.patch("{'description': 'the mail of this machine'}"));
    }

    @Test
    void aModIsAttachedOnceAndDetached() {
        host.announce(mail("a.b"), null);
        assertTrue(((Entry) host.attach("more")).mods().has("mod"));
        assertEquals(List.of(Kind.CHANGED), host.told());
        assertEquals(2, host.mail().state().generation());
        assertSame(host.mail(), host.attach("more"));
        assertEquals(2, host.mail().state().generation());
        host.attach("other");
        assertEquals(3, host.mail().state().generation());
        assertEquals(Reason.NOT_FOUND, host.refusal(batch -> new EditDecider(batch).detach("mail", "none")));
        Entry without = host.decide(batch -> (Entry) new EditDecider(batch).detach("mail", "mod"));
        assertEquals(false, without.mods().has("mod"));
        assertEquals(Sync.ANNOUNCE, without.state().sync());
    }

    @Test
    void aModThatIsThereAlreadyIsStillForbiddenToPrograms() {
        host.announce(mail("a.b"), null);
        host.attach("more");
        host.policy("agent_can_register: false");
        assertEquals(Reason.FORBIDDEN, host.refusal(batch -> {
            Mod mod = Mod.of(json("{'name': 'mod', 'capabilities': {'provides': ['more']}}"));
            return new EditDecider(batch).attach("mail", mod);
        }));
    }

    @Test
    void aModNeedsAServiceThatIsInServiceAndHasWhatItRequires() {
        Mod demanding = Mod.of(json("{'name': 'mod', 'capabilities': {'provides': ['x'], 'requires': ['c.d']}}"));
        assertEquals(Reason.NOT_FOUND,
                host.refusal(batch -> new EditDecider(batch).attach("mail", demanding)));
        host.policy("requires_approval: true");
        host.announce(mail("a.b"), null);
        assertEquals(Reason.CONFLICT, host.refusal(batch -> new EditDecider(batch).attach("mail", demanding)));
        host.approve();
        assertThrows(InvalidDocumentException.class,
                () -> host.decide(batch -> new EditDecider(batch).attach("mail", demanding)));
    }

    @Test
    void anAnnouncementThatPostsAttachedModsBackKeepsThemApart() {
        host.announce(mail("a.b"), null);
        host.attach("more");
        host.announce(Manifest.of(host.mail().mods().shownWith(host.mail().manifest())), null);
        assertEquals(List.of(), host.told());
        assertNull(host.mail().manifest().document().get("mods"));
        detach("mod");
    }

    @Test
    void aServiceIsRemovedInTheGenerationThatWasSeen() {
        assertEquals(Reason.NOT_FOUND, host.refusal(batch -> new EditDecider(batch).remove("mail", Precondition.NONE,
                true)));
        host.sight(mail("a.b"), HERE, "d1");
        assertEquals(Reason.CHANGED_MEANWHILE,
                host.refusal(batch -> new EditDecider(batch).remove("mail", generation(2), true)));
        Entry entry = host.mail();
        assertSame(entry, host.decide(batch -> new EditDecider(batch).remove("mail", generation(1), false)));
        assertEquals(List.of(Kind.REMOVED), host.told());
        assertNull(host.catalog().find("mail"));
        assertTrue(host.catalog().wasRemoved("mail", "d1"));
    }

    @Test
    void aProgramRemovesNothingWhereItMayNotRegister() {
        host.announce(mail("a.b"), null);
        host.policy("agent_can_register: false");
        assertEquals(Reason.FORBIDDEN, host.refusal(batch -> new EditDecider(batch).remove("mail", Precondition.NONE,
                false)));
        host.remove(true);
    }

    @Test
    void onlyTheOwnerRemovesWhatTheOwnerApprovedOrRejected() {
        host.policy("requires_approval: true");
        host.announce(mail("a.b"), null);
        host.remove(false);
        assertNull(host.catalog().proposal("mail"), "nobody has decided about it");
        host.announce(mail("a.b"), null);
        host.reject("no");
        assertIsTheOwners("rejected");
        host.announce(mail("c.d"), null);
        host.approve();
        assertIsTheOwners("approved");
        host.remove(true);
        assertNull(host.catalog().find("mail"));
    }

    private void assertIsTheOwners(String decided) {
        RefusedException refused = assertThrows(RefusedException.class,
                () -> host.decide(batch -> new EditDecider(batch).remove("mail", Precondition.NONE, false)));
        assertEquals(Reason.OWNER_ONLY, refused.reason());
        assertEquals("'mail' was " + decided
                + " by the owner of this host, so only the owner can remove it (asmp rm mail)", refused.getMessage());
    }

    @Test
    void whereNoApprovalIsRequiredAnyLongerAProgramMayRemoveWhatHasAnOldRejection() {
        host.announce(mail("a.b"), null);
        host.policy("requires_approval: true");
        host.announce(mail("c.d"), null);
        host.reject(null);
        host.policy("requires_approval: false");
        host.remove(false);
        assertNull(host.catalog().find("mail"));
        assertNull(host.catalog().proposal("mail"));
    }

    @Test
    void aRemovalKeepsAwayTheFileThatIsProposed() {
        host.sight(mail("a.b"), HERE, "d1");
        host.policy("requires_approval: true");
        host.sight(mail("c.d"), HERE, "d2");
        host.remove(true);
        assertTrue(host.catalog().wasRemoved("mail", "d2"));
        assertNull(host.catalog().proposal("mail"));
    }
}
