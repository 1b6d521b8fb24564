package dev.asmp.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.Until;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person does on the page, in a real browser against a real daemon. */
class PageUseTest extends BrowserCase {
    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "policy: {requires_approval: false}\n");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private void open(String view) {
        tab.load(daemon.url() + "/#/" + view);
        tab.awaitText("Live");
    }

    private void requireApproval() throws Exception {
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile,
                Files.readString(profile).replace("requires_approval: false", "requires_approval: true"));
        daemon.post("/reload");
    }

    private String link() throws Exception {
        return daemon.url() + "/#code=" + daemon.send("POST", "/session/code", new byte[0], "Authorization",
                "Bearer " + daemon.token()).mapping().text("code");
    }

    @Test
    void aSearchAnswersWhileOneTypesAndSaysWhy() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        daemon.announce(Manifests.yaml("wiki", "1", "page.read"));
        open("services");
        tab.awaitText("2 services");
        tab.press("/");
        tab.type("email");
        tab.awaitText("1 match");
        assertTrue(tab.text().contains("email.send") && !tab.text().contains("wiki of this"), tab.text());
        assertTrue(tab.eval("location.hash").asText().contains("q=email"));
        open("services?q=Zq%20qz");
        tab.awaitText("asmp todo zq-qz");
        assertQuiet(tab, daemon.url());
    }

    @Test
    void aChangeIsSeenWithoutAReload() throws Exception {
        open("overview");
        tab.awaitText("asmp init");
        daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        tab.awaitText("1 service");
        tab.awaitText("mail registered");
        open("services");
        tab.awaitText("the mail of this machine");
        daemon.announce(Manifests.yaml("wiki", "1"));
        tab.awaitText("the wiki of this machine");
        daemon.json("PATCH", "/services/wiki", "{\"description\":\"pages that many write\"}");
        tab.awaitText("pages that many write");
        daemon.send("DELETE", "/services/wiki", new byte[0]);
        tab.await("!document.body.innerText.includes('pages that many write')");
        assertQuiet(tab, daemon.url());
    }

    @Test
    void changesFromBeforeThePageWasOpenedAreThere() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        daemon.announce(Manifests.yaml("wiki", "1"));
        daemon.send("DELETE", "/services/wiki", new byte[0]);
        open("overview");
        tab.awaitText("mail registered");
        tab.awaitText("wiki removed");
        open("service/mail");
        tab.awaitText("mail registered");
        assertQuiet(tab, daemon.url());
    }

    @Test
    void withoutASessionThePageOnlyReads() throws Exception {
        requireApproval();
        daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        open("decide");
        tab.awaitText("asmp open");
        tab.await("document.querySelector('.approve').disabled && document.querySelector('.reject').disabled");
    }

    @Test
    void theOwnerApprovesAndRejectsAfterALinkOfOneTimeUse() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        requireApproval();
        daemon.announce(Manifests.yaml("mail", "2", "email.send", "email.search"));
        daemon.announce(Manifests.yaml("fax", "1", "fax.send"));
        String link = link();
        tab.load(link);
        tab.awaitText("You decide in this tab");
        tab.awaitText("2 proposals to decide");
        assertFalse(tab.eval("location.href").asText().contains("code"), "the code stays out of the history");
        assertEquals("", tab.eval("document.cookie").asText());
        String mail = "[data-card=mail] ";
        assertEquals("version 1 2", tab.eval("[...document.querySelectorAll('" + mail + "tr.changed')].find(row => "
                + "row.cells[0].textContent === 'version').innerText.replace(/\\s+/g, ' ')").asText().strip());
        tab.click(mail + ".approve");
        tab.awaitText("mail is in service now");
        assertEquals("2", daemon.get("/services/mail").mapping().text("version"));
        tab.click("[data-card=fax] input");
        tab.type("one fax is enough");
        tab.click("[data-card=fax] .reject");
        tab.awaitText("All decided");
        assertEquals("one fax is enough", daemon.get("/services/fax").mapping().mapping("approval").text("note"));
        Tab second = another();
        second.load(link);
        second.awaitText("This link was used already");
        second.awaitText("This page only reads");
        second.close();
    }

    @Test
    void theOwnerSeesAManifestWithItsComments() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1") + "# the <b>old</b> server\n");
        daemon.post("/discover/scan");
        tab.load(daemon.url() + "/#/service/mail");
        tab.awaitText("mail.use");
        assertFalse(tab.eval("document.body.innerText").asText().contains("server"));
        tab.load(link());
        tab.awaitText("You decide in this tab");
        tab.load(daemon.url() + "/#/service/mail");
        tab.awaitText("# the <b>old</b> server");
    }

    @Test
    void whereOnlyTheOwnerMayReadThePageShowsNothingUntilASessionBegins() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile).replace("127.0.0.1:0\"", "127.0.0.1:0\", tcp: token"));
        daemon.restart();
        tab.load(daemon.url() + "/#/services");
        tab.awaitText("Only the owner may do that here");
        tab.awaitText("Not signed in");
        tab.load(link());
        tab.awaitText("You decide in this tab");
        tab.awaitText("Live");
        tab.press("g", "s");
        tab.awaitText("the mail of this machine");
        daemon.json("PATCH", "/services/mail", "{\"description\":\"letters\"}", "Authorization",
                "Bearer " + daemon.token());
        tab.awaitText("letters");
    }

    @Test
    void whatAnotherTabDecidedOrAProgramChangedIsShownInsteadOfDecided() throws Exception {
        requireApproval();
        daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        tab.load(link());
        tab.awaitText("1 proposal to decide");
        String digest = String.valueOf(daemon.get("/services/mail").mapping().mapping("approval").text("digest"));
        tab.deaf(true);
        daemon.announce(Manifests.yaml("mail", "2", "email.send", "email.forge"));
        tab.click("[data-card=mail] .approve");
        tab.awaitText("It changed while you were looking");
        assertTrue(tab.text().contains("email.forge") && tab.text().contains("You saw"), tab.text());
        assertEquals("pending", daemon.get("/services/mail").mapping().text("status"));
        assertFalse(digest.equals(daemon.get("/services/mail").mapping().mapping("approval").text("digest")));
        daemon.asOwner("POST", "/services/mail/approve", "",
                String.valueOf(daemon.get("/services/mail").mapping().mapping("approval").text("digest")));
        tab.click("[data-card=mail] .reject");
        tab.awaitText("It does not wait any more");
    }

    @Test
    void everythingIsReachedByKeys() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        daemon.announce(Manifests.yaml("wiki", "1", "page.read"));
        open("overview");
        tab.press("g", "s");
        tab.awaitText("2 services");
        tab.await("location.hash.startsWith('#/services') && document.activeElement.tagName === 'H1'");
        tab.press("j", "j");
        tab.await("document.activeElement.textContent === 'wiki'");
        tab.press("k");
        tab.await("document.activeElement.textContent === 'mail'");
        tab.press("Enter");
        tab.await("location.hash === '#/service/mail' && document.title.startsWith('mail')");
        tab.press("/");
        tab.await("location.hash.startsWith('#/services') && document.activeElement.type === 'search'");
        tab.type("page");
        tab.awaitText("1 match");
        tab.press("Enter");
        tab.await("document.activeElement.textContent === 'wiki'");
        tab.press("?");
        tab.await("document.querySelector('dialog').open");
        tab.press("Escape");
        tab.await("!document.querySelector('dialog').open");
        tab.press("g", "n");
        tab.await("location.hash === '#/notes'");
        assertQuiet(tab, daemon.url());
    }

    @Test
    void aDecisionIsMadeByKeys() throws Exception {
        requireApproval();
        daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        tab.load(link());
        tab.awaitText("1 proposal to decide");
        tab.press("j");
        tab.await("document.activeElement.dataset.card === 'mail'");
        tab.press("Tab");
        tab.await("document.activeElement.type === 'text'");
        tab.press("Tab");
        tab.await("document.activeElement.className === 'approve'");
        tab.press("Enter");
        tab.awaitText("mail is in service now");
        tab.await("document.activeElement.className === 'decided'");
    }

    @Test
    void aSecretThatMayHaveChangedIsNotShownAsUnchanged() throws Exception {
        String yaml = Manifests.yaml("mail", "1", "email.send") + "run: {env: {API_KEY: %s}}\n";
        daemon.announce(yaml.formatted("canary-one"));
        requireApproval();
        daemon.announce(yaml.formatted("canary-two"));
        open("decide");
        tab.awaitText("may have changed, too");
        assertTrue(tab.text().contains("run.env.API_KEY") && !tab.text().contains("canary"), tab.text());
    }

    @Test
    void theGraphIsWalkedByArrows() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1", "email.send") + "run: {depends_on: [{name: rows, kind: hard}]}\n");
        daemon.announce(Manifests.yaml("rows", "1", "store.rows"));
        open("graph/mail");
        tab.await("document.querySelectorAll('.box').length === 2");
        tab.eval("document.querySelector('.box.center').focus(); 0");
        tab.press("ArrowRight");
        tab.await("document.activeElement.dataset.id === 'rows'");
        tab.press("Enter");
        tab.await("location.hash === '#/service/rows'");
        tab.awaitText("Needed by");
        assertQuiet(tab, daemon.url());
    }

    @Test
    void aDaemonThatRestartsIsNoticedAndTheListIsReadAgain() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile).replace("127.0.0.1:0", "127.0.0.1:" + daemon.port()));
        open("services");
        tab.awaitText("the mail of this machine");
        daemon.write("wiki", Manifests.yaml("wiki", "1"));
        tab.eval(
                "window.seen = []; new MutationObserver(() => window.seen.push(document.querySelector('.livestate').textContent))"
                        + ".observe(document.querySelector('.livestate'), { childList: true, subtree: true, characterData: true }); 0");
        daemon.restart();
        tab.awaitText("the wiki of this machine");
        tab.await("document.querySelector('.livestate').textContent === 'Live'");
        assertTrue(tab.eval("seen.some(one => one.startsWith('Offline'))").asBoolean());
        assertFalse(tab.text().contains("The connection to the registry is lost"), tab.text());
    }

    @Test
    void anEventThatBreaksOffInTheMiddleIsNotHeard() {
        open("overview");
        assertEquals("[[\"health\",{\"name\":\"mail\"},\"7\"],[null,null,\"8\"]]",
                tab.eval(
                        """
                                import('/ui/live.js').then(({ parser }) => { const heard = []; const take = parser((...event) => heard.push(event));
                                take(':ok\\n\\nid: 7\\nevent: hea'); take('lth\\nda'); take('ta: {"name":"mail"}\\n'); take('\\n:keep\\nid: 8\\n\\n');
                                take('id: 9\\nevent: health\\ndata: {"name":"ma'); return JSON.stringify(heard); })""")
                        .asText());
    }

    @Test
    void withoutJavaScriptTheListIsThere() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        tab.javaScript(false);
        tab.navigate(daemon.url() + "/");
        Until.holds(() -> tab.text().contains("the mail of this machine"), () -> tab.text());
    }
}
