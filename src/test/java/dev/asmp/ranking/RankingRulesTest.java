package dev.asmp.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Yaml;
import dev.asmp.ranking.Questions.Service;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules by which a question is answered, each in a world of a few services. */
class RankingRulesTest {
    /** A service of this name; it provides something that no question asks for, unless given. */
    private static Service service(String name, String yaml) {
        String provides = yaml.contains("provides:") ? yaml : "capabilities: {provides: [q.q]}\n" + yaml;
        return Service.of(Yaml.read(
                ("asmp: '0.1'\nkind: service\nname: " + name + "\n" + provides).getBytes(StandardCharsets.UTF_8)));
    }

    private static Service providing(String name, String capabilities) {
        return service(name, "capabilities: {provides: [" + capabilities + "]}");
    }

    private static Ranking<Service> ranked(String question, Service... services) {
        return Ranking.of(Question.of(question), List.of(services), Service::evidence);
    }

    private static List<String> names(Ranking<Service> ranking) {
        return ranking.hits().stream().map(hit -> hit.candidate().name()).toList();
    }

    private static List<String> why(Ranking<Service> ranking, int place) {
        return ranking.why(ranking.hits().get(place));
    }

    @Test
    void aNameWeighsMostThenWhatIsOwnedThenAnAliasThenWhatIsProvidedThenWhatIsSupported() {
        Ranking<Service> ranking = ranked("invoices", service("f", "description: invoices"),
                service("e", "capabilities: {provides: [q.q], supports: [invoice]}"), providing("d", "invoice"),
                service("c", "aliases: [invoice]"), service("b", "owns: [invoice]"), service("invoice", ""));
        assertEquals(List.of("invoice", "b", "c", "d", "e"), names(ranking).subList(0, 5));
        assertEquals(List.of("invoices: name 'invoice'"), why(ranking, 0));
        assertEquals(List.of("invoices: owns 'invoice'"), why(ranking, 1));
    }

    @Test
    void evidenceMayStandUnderCapabilitiesOrAtTheTop() {
        for (String key : List.of("owns", "supports", "aliases", "positive_examples")) {
            Ranking<Service> ranking = ranked("fish", service("top", key + ": [fish]"),
                    service("below", "capabilities: {provides: [q.q], " + key + ": [fish]}"));
            assertEquals(List.of("top", "below"), names(ranking), key);
            assertEquals(2, ranking.close(), key);
        }
    }

    @Test
    void aPhraseBeatsScatteredWords() {
        assertEquals(List.of("b", "a"), names(ranked("dead letters", service("a", "description: letters of the dead"),
                service("b", "description: keeps dead letters"))));
    }

    @Test
    void aCapabilityThatIsAskedForWhollyBeatsOneThatIsAskedForInPart() {
        assertEquals("b", names(ranked("search email", providing("a", "email.send, file.search"),
                providing("b", "email.search"))).getFirst());
    }

    @Test
    void aWordOfMostServicesCountsLittle() {
        assertEquals("rare", names(ranked("agent queue", providing("agent", "agent.run"), providing("b", "agent.stop"),
                providing("c", "agent.list"), providing("rare", "job.queue"), providing("e", "agent.pay")))
                .getFirst());
    }

    private static Service[] office() {
        List<Service> services = new ArrayList<>(List.of(providing("post-office", "email.send, email.search"),
                providing("feeds", "feed.read, feed.list"), service("cms", "description: page needs, text bases")));
        for (String topic : List.of("sms", "fax", "chat", "push", "report", "invoice", "alert", "letter", "metric",
                "log",
                "webhook", "ticket", "calendar")) {
            services.add(providing(topic + "-service", topic + ".send, " + topic + ".list"));
        }
        for (int i = 0; i < 44; i++) {
            services.add(providing("other" + i, "thing" + i + ".get"));
        }
        return services.toArray(Service[]::new);
    }

    @Test
    void anActionThatManyShareIsNoAnswerByItself() {
        assertEquals(List.of("post-office"), names(ranked("who can send mail", office())));
        assertEquals(List.of("post-office"), names(ranked("send an email", office())));
        assertEquals(List.of("fax-service"), names(ranked("send a fax to someone", office())));
        assertEquals(List.of(), names(ranked("send a telegram", office())));
        assertEquals(14, names(ranked("send", office())).size());
        assertEquals(14, names(ranked("who sends and lists", office())).stream()
                .filter(name -> !name.equals("feeds")).count());
    }

    @Test
    void anActionThatFewShareIsAnAnswer() {
        assertEquals(List.of("post-office"), names(ranked("search quickly", office())));
        assertEquals(List.of("feeds"), names(ranked("please read me the telegram", office())));
    }

    @Test
    void nearByLettersIsNotNear() {
        assertEquals(List.of(), names(ranked("I need a database", office())));
        assertEquals(List.of(), names(ranked("need a database", office())));
    }

    @ParameterizedTest
    @CsvSource({"mails, mail.send", "mailing, mail.send", "queries, sql.query", "caches, cache.get", "boxes, box.open",
            "running, job.run", "scheduled, job.schedule", "translation, text.translate", "notify, notification.send",
            "e-mail, email.send", "data base, database.use", "log in, login.check", "github, git-hub.push",
            "rolled back, deploy.rollback", "mail, email.send", "email, mail.send", "PDFTools, pdf.tools",
            "ｅｍａｉｌ, email.send", "Übersetzung, text.übersetzung", "repository, repo.clone", "APIs, api.call"})
    void oneWordIsMetInItsOtherForms(String question, String capability) {
        assertEquals(List.of("it"), names(ranked(question, providing("it", capability), providing("other", "zz.yy"))));
    }

    @ParameterizedTest
    @CsvSource({"contract, contrast.set", "status, statue.show", "card, car.wash", "care, car.wash", "mode, mod.attach",
            "company, compare.files", "rate, rat.catch", "using, us.vote", "current, currency.list",
            "general, generate.text"})
    void aWordThatOnlyLooksAlikeIsNotMet(String question, String capability) {
        Service other = service("other", "description: " + question);
        assertEquals(List.of("other"), names(ranked(question + " please", providing("it", capability), other)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"calender", "claendar", "calenda", "calendarr", "alendar"})
    void aTypoIsForgivenInNamesAliasesAndCapabilities(String question) {
        assertEquals(List.of("a", "b", "c"), names(ranked(question, service("a", "aliases: [calendar]"),
                providing("b", "calendar.list"), service("c", "supports: [calendar]"),
                service("d", "description: something with a calendar of its own"))).subList(0, 3));
    }

    @Test
    void aWordThatAServiceUsesIsNoTypo() {
        assertEquals(List.of("b"), names(ranked("contact", providing("a", "contract.sign"),
                providing("b", "contact.list"))));
        assertEquals(List.of(), names(ranked("mial", providing("a", "mail.send")))); // too short to tell
    }

    @Test
    void anAntiRouteDisqualifies() {
        Service broad = service("broad", "capabilities: {provides: [browser.dom.light], anti_routes: [chrime, a.b]}");
        Service chrime = service("light", "description: browser, also called chrime");
        Ranking<Service> ranking = ranked("dom browser like chrime", broad, chrime);
        assertEquals("light", names(ranking).getFirst());
        assertEquals("against: anti-route 'chrime'", ranked("chrime dom", broad).hits().stream()
                .flatMap(hit -> ranked("chrime dom", broad).why(hit).stream()).toList().getLast());
        assertEquals("broad", names(ranked("dom browser of a kind", broad, chrime)).getFirst());
    }

    @Test
    void anAntiRouteOfSeveralWordsNeedsThemAll() {
        Service sms = service("sms", "capabilities: {provides: [message.send], anti_routes: [message.marketing]}");
        Service other = service("other", "description: message marketing");
        assertEquals("sms", names(ranked("send a message", sms, other)).getFirst());
        assertEquals("other", names(ranked("message.marketing.plan", sms, other)).getFirst());
    }

    @Test
    void aNegativeExampleCountsAgainstItsServiceAndNamesTheOther() {
        Service mail = service("mail", """
                capabilities:
                  provides: [email.send, newsletter.read]
                  negative_examples: ["send a fax", {query: send a newsletter to everybody, handoff: newsletter}]
                """);
        Service newsletter = service("campaigns", "description: a newsletter to send to everybody");
        Ranking<Service> ranking = ranked("send a newsletter to everybody", mail, newsletter);
        assertEquals("campaigns", names(ranking).getFirst());
        assertEquals(List.of("mail"), names(ranked("send an email", mail, newsletter)).subList(0, 1));
        Ranking<Service> alone = ranked("send a newsletter to everybody", mail);
        assertEquals("against: negative example 'send a newsletter to everybody', which is for 'newsletter'",
                why(alone, 0).getLast());
    }

    @Test
    void aPositiveExampleOutweighsANegativeOneThatIsLessLikeTheQuestion() {
        Service both = service("both", """
                positive_examples: [send a letter to a customer]
                negative_examples: [send a letter to the press]
                """);
        assertTrue(why(ranked("send a letter to a customer", both), 0).stream()
                .noneMatch(line -> line.contains("against")));
        assertTrue(why(ranked("send a letter to the press", both), 0).getLast().startsWith("against"));
    }

    @Test
    void whatComesCloseIsSaid() {
        assertEquals(2, ranked("fish", providing("a", "fish.eat"), providing("b", "fish.cook"), providing("c", "q.q"))
                .close());
        assertEquals(0, ranked("fish", providing("fish", "fish.eat"), service("b", "description: fish")).close());
        assertEquals(0, ranked("fish", providing("fish", "fish.eat")).close());
        assertEquals(0, ranked("fish").close());
    }

    @Test
    void amongEqualsTheOneGivenFirstComesFirst() {
        assertEquals(List.of("b", "a", "c"),
                names(ranked("fish", providing("b", "fish.eat"), providing("a", "fish.eat"),
                        providing("c", "fish.eat"))));
    }

    @Test
    void whatContainsTheQuestionIsFoundHoweverFarBehind() {
        Ranking<Service> ranking = ranked("fish", providing("fish", "fish.fish"),
                service("b", "description: selfishness"),
                service("c", "description: " + "word ".repeat(400) + "fish"));
        assertEquals(List.of("fish", "c", "b"), names(ranking));
        assertEquals(List.of("as it was asked: description 'selfishness'"), why(ranking, 2));
    }

    @Test
    void aPartOfAWordOrOfACapabilityIsFoundAsItStands() {
        Service service = service("mail-v2", "description: 'Sends; receives (SMTP), 5 € a month'\n"
                + "aliases: [Post_Office]\ncapabilities: {provides: [email.send]}");
        for (String part : List.of("ail-v", "l.se", "ends; rec", "(smtp), 5 €", "T_OFF", "  MAIL-V2  ", "€")) {
            assertEquals(List.of("mail-v2"), names(ranked(part, service, providing("x", "y.z"))), part);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "zzzzqqqq xxyyzz", "\u0000\u001b[31m", "?!…", "\ud83d", "the of"})
    void nothingMeansNothing(String question) {
        assertEquals(List.of(), names(ranked(question, providing("mail", "email.send"))));
    }

    @Test
    void aQuestionOfSmallWordsAloneIsAQuestion() {
        assertEquals(List.of("who"),
                names(ranked("who is it", providing("mail", "email.send"), providing("who", "w.w"))));
    }

    @Test
    void aLongQuestionIsCutAndAHostileOneIsAnswered() {
        Service mail = providing("mail", "email.send");
        List<String> questions = List.of("mail ".repeat(100_000), "mail " + "x".repeat(1_000_000),
                "mail\u0000\u0001\u0002\u0007", "mail " + "\u0301".repeat(10_000), "mail" + "\n".repeat(10_000),
                "\u202email\u202c \ud83d\ude00", words(100_000));
        for (String question : questions) {
            assertEquals(List.of("mail"), names(ranked(question, mail, providing("x", "y.z"))));
        }
    }

    private static String words(int count) {
        StringBuilder words = new StringBuilder("mail");
        for (int i = 0; i < count; i++) {
            words.append(" w").append(i);
        }
        return words.toString();
    }

    @Test
    void aHostileManifestIsReadInPartAndFoundByWhatStandsInFront() {
        List<Service> services = new ArrayList<>();
        services.add(service("mail", "description: " + "word ".repeat(40_000)));
        services.add(service("stuffed", "description: " + "mail ".repeat(2_000)));
        services.add(service("marks",
                "description: \"\\u0001mail\\u0009mail\\u0007\"\naliases: [\"\\u0003\", \"\\e[31m\"]"));
        Ranking<Service> ranking = Ranking.of(Question.of("mail"), services, Service::evidence);
        assertEquals("mail", names(ranking).getFirst());
        assertEquals(3, names(ranking).size());
        ranking.hits().forEach(hit -> ranking.why(hit)
                .forEach(line -> assertTrue(line.length() < 120 && line.chars().noneMatch(Character::isISOControl),
                        line)));
    }
}
