package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.asmp.Manifests;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Mod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an owner approves again: content and links, not words and their order. */
class ContentDigestTest {
    private static String digest(String more) {
        return ContentDigest.of((Mapping) Yaml.read(Manifests.yaml("mail", "1").replaceAll("description: .*\n", "")
                .replaceAll("version: .*\n", "") + more), Mods.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"description: other words, a.b and me@example.org\n", "version: 2.0\n",
            "display: {icon: star, title: Mail}\n", "description: one\nversion: 3\ndisplay: {}\n",
            "description: 1 // 2 and tel 5, data\n"})
    void wordsAreDescriptive(String more) {
        assertEquals(digest(""), digest(more));
    }

    @ParameterizedTest
    @ValueSource(strings = {"display: {url: somewhere}\n", "display: {title: see http://x.y}\n",
            "description: at https://x.y/z today\n", "version: 1 of ftp://x.y\n", "description: WWW.x.y\n",
            "description: //x.y/z\n", "description: mailto:a@b.c\n", "description: 'JavaScript:alert(1)'\n",
            "display: {more: [{deep: 'data:text/html,x'}]}\n", "tags: [a]\n", "run: {command: x}\n"})
    void aLinkIsContentWhereverItStands(String more) {
        assertNotEquals(digest(""), digest(more));
    }

    @Test
    void aLinkThatMovesBetweenKeysOfDisplayIsTheSameAndAnotherLinkIsNot() {
        assertEquals(digest("display: {title: http://x.y, text: none}\n"),
                digest("display: {text: none, title: 'now http://x.y'}\n"));
        assertNotEquals(digest("description: http://x.y\n"), digest("description: http://x.z\n"));
        assertNotEquals(digest("description: http://x.y\n"), digest("description: http://x.y http://x.z\n"));
    }

    @Test
    void theOrderOfKeysDoesNotMatterAndThatOfItemsDoes() {
        assertEquals(digest("run: {command: x, dir: y}\ntags: [a, b]\n"),
                digest("tags: [a, b]\nrun: {dir: y, command: x}\n"));
        assertNotEquals(digest("tags: [a, b]\n"), digest("tags: [b, a]\n"));
    }

    @Test
    void attachedModsAreContent() {
        Mods mods = Mods.NONE.with(Mod.of(Decisions.json(
                "{'name':'spam','capabilities':{'provides':['spam.filter']}}")));
        Mapping mail = Manifests.of("mail", "1").document();
        assertNotEquals(ContentDigest.of(mail, Mods.NONE), ContentDigest.of(mail, mods));
    }
}
