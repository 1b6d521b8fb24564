package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import dev.asmp.store.RefusedException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The mods attached to a service: shown among its own, taken off what is posted back. */
class ModsTest {
    private static final Manifest MAIL = Manifests.of("mail", "1", "a.b");
    private static final Manifest WITH_OWN = Manifest.of(MAIL.document().with("mods",
            Yaml.read("[{name: own}, text, {name: spam, old: 1}]")));

    private static Mod mod(String name, String provides) {
        return Mod.of(Decisions.json("{'name':'" + name + "','capabilities':{'provides':['" + provides + "']}}"));
    }

    private static List<String> names(Document manifest) {
        return ((Mapping) manifest).list("mods").stream()
                .map(item -> item instanceof Mapping mod ? mod.text("name") + " " + mod.text("state") : "text")
                .toList();
    }

    @Test
    void aModTakesThePlaceOfOneOfItsName() {
        Mods mods = Mods.NONE.with(mod("spam", "x.y")).with(mod("other", "y.z")).with(mod("spam", "z.z"));
        assertEquals(List.of("other", "spam"), mods.attached().stream().map(Mod::name).toList());
        assertTrue(mods.has("spam"));
        assertFalse(mods.has("mail"));
        assertEquals(List.of("spam"), mods.without("other").attached().stream().map(Mod::name).toList());
        assertTrue(mods.without("other").without("spam").isEmpty());
    }

    @Test
    void aHundredCanBeAttached() {
        Mods mods = Mods.NONE;
        for (int i = 0; i < 100; i++) {
            mods = mods.with(mod("m" + i, "x.m" + i));
        }
        Mods full = mods;
        assertEquals(100, full.with(mod("m7", "y.z")).attached().size());
        RefusedException refused = assertThrows(RefusedException.class, () -> full.with(mod("more", "y.z")));
        assertEquals(RefusedException.Reason.CONFLICT, refused.reason());
        assertEquals("at most 100 mods can be attached to a service", refused.getMessage());
    }

    @Test
    void attachedModsAreShownAmongTheManifestsOwnWithTheirState() {
        assertSame(WITH_OWN.document(), Mods.NONE.shownWith(WITH_OWN));
        Mods mods = Mods.NONE.with(mod("spam", "x.y")).with(mod("twice", "a.b"));
        Mapping shown = mods.shownWith(WITH_OWN);
        assertEquals(List.of("own null", "text", "spam attached", "twice disabled"), names(shown));
        assertEquals("provides 'a.b', which mail provides already",
                ((Mapping) shown.list("mods").getLast()).text("reason"));
        assertEquals(List.of("spam"), mods.enabledFor(MAIL).stream().map(Mod::name).toList());
    }

    @Test
    void attachedModsAreTakenOffWhatIsPostedBack() {
        Mods mods = Mods.NONE.with(mod("spam", "x.y"));
        assertEquals(List.of("own null", "text"), names(mods.takenOff(WITH_OWN).document()));
        assertEquals(MAIL, mods.takenOff(Manifest.of(mods.shownWith(MAIL))));
        assertSame(MAIL, mods.takenOff(MAIL));
        assertSame(WITH_OWN, Mods.NONE.takenOff(WITH_OWN));
    }

    @Test
    void savedModsThatAreNoLongerValidAreLeftOut() {
        Mods mods = Mods.NONE.with(mod("spam", "x.y"));
        assertEquals(mods, Mods.of(List.of(mods.documents().items().getFirst(), Mapping.EMPTY)));
        assertSame(Mods.NONE, Mods.of(List.of(Mapping.EMPTY)));
    }
}
