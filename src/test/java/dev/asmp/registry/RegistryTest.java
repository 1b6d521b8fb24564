package dev.asmp.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Manifest;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the registry promises about changes, files and restarts: on a file system in memory and on a real one. */
class RegistryTest {
    @Nested
    class InMemory extends Contract {
        private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());

        @Override
        Path home() {
            return files.getPath("/home/asmp");
        }
    }

    @Nested
    class OnDisk extends Contract {
        @TempDir
        private Path folder;

        @Override
        Path home() {
            return folder.resolve("asmp");
        }
    }

    abstract static class Contract {
        private final TestClock clock = TestClock.somewhen();
        private final List<String> told = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private Registry registry;

        abstract Path home();

        @BeforeEach
        void open() throws IOException {
            Files.createDirectories(home());
            registry = Registries.open(home(), clock, () -> Manifests.BOX,
                    change -> told.add(change.kind() + " " + change.entry().name()), warnings::add);
        }

        @AfterEach
        void close() {
            registry.close();
        }

        private void restart() throws IOException {
            close();
            told.clear();
            open();
        }

        private Path file(String name) {
            return home().resolve("services").resolve(name + ".asmp.yaml");
        }

        private Entry announce(String name, String version) {
            return announce(name, version, null);
        }

        private Entry announce(String name, String version, @Nullable Duration ttl) {
            return (Entry) registry.announce(new Claim.Announcement(Manifests.of(name, version), ttl));
        }

        private void sight(String name, String version, String digest) {
            registry.sight(List.of(new Claim.Sighting(Manifests.of(name, version),
                    home().resolve("src").resolve(name).resolve("asmp.yaml"), digest)));
        }

        private Entry entry(String name) {
            Entry entry = registry.catalog().find(name);
            assertNotNull(entry, name);
            return entry;
        }

        private long generation(String name) {
            return entry(name).state().generation();
        }

        private @Nullable String version(String name) {
            return entry(name).manifest().document().text("version");
        }

        @Test
        void eachAnnounceIsAGenerationAndARestartGoesOn() throws IOException {
            announce("mail", "1");
            announce("mail", "1");
            assertEquals(3, announce("mail", "1").state().generation());
            restart();
            assertEquals(3, generation("mail"));
            sight("mail", "1", "first"); // the scan after the restart sees the file
            assertEquals(4, announce("mail", "1").state().generation());
            sight("mail", "2", "second");
            assertEquals(5, generation("mail"));
            assertEquals("2", version("mail"));
        }

        @Test
        void whatIsAcknowledgedIsInItsFile() throws IOException {
            announce("mail", "1.10");
            String yaml = Files.readString(file("mail"));
            assertTrue(yaml.contains("version: \"1.10\"\n"), yaml);
            assertTrue(yaml.contains("generation: 1\nsync: announce\nstatus: registered\nhost: box\n"), yaml);
        }

        @Test
        void aScanInWhichNothingChangedWritesNoFile() throws IOException {
            sight("mail", "1", "one");
            Object before = Files.getLastModifiedTime(file("mail"));
            Object key = Files.readAttributes(file("mail"), java.nio.file.attribute.BasicFileAttributes.class)
                    .fileKey();
            sight("mail", "1", "one");
            registry.seen(clock.instant(), List.of());
            assertEquals(before, Files.getLastModifiedTime(file("mail")));
            assertEquals(key, Files.readAttributes(file("mail"), java.nio.file.attribute.BasicFileAttributes.class)
                    .fileKey());
        }

        @Test
        void whenAScanLastSawAnEntrySurvivesARestart() throws IOException {
            sight("mail", "1", "one");
            sight("post", "1", "one");
            Instant first = clock.instant();
            registry.seen(first, List.of());
            clock.advance(Duration.ofMinutes(5));
            registry.seen(clock.instant(), List.of(entry("post")));
            restart();
            assertEquals(clock.instant(), registry.catalog().lastSeen(entry("mail")));
            assertEquals(first, registry.catalog().lastSeen(entry("post")));
        }

        @Test
        void aChangedAnnounceIsFoundByItsNewCapabilityOnly() {
            registry.announce(new Claim.Announcement(Manifests.of("mail", "1", "email.send", "email.read"), null));
            registry.announce(new Claim.Announcement(Manifests.of("mail", "2", "email.read", "fax.send"), null));
            assertEquals("[]", json(registry.catalog().offers("email.send", Liveness.UNKNOWN).json()));
            assertTrue(
                    json(registry.catalog().offers("fax.send", Liveness.UNKNOWN).json()).contains("\"name\":\"mail\""));
            assertEquals("{\"capabilities\":[\"email.read\",\"fax.send\"]}",
                    json(registry.catalog().capabilitiesJson()));
        }

        @Test
        void aDomainMatchesAtAnyDepthButNotItself() {
            registry.announce(new Claim.Announcement(Manifests.of("a", "1", "email"), null));
            registry.announce(new Claim.Announcement(Manifests.of("b", "1", "email.box.read"), null));
            registry.announce(new Claim.Announcement(Manifests.of("c", "1", "emailing.send"), null));
            String found = json(registry.catalog().offers("email.*", Liveness.UNKNOWN).json());
            assertTrue(found.contains("\"name\":\"b\"") && !found.contains("\"name\":\"a\"")
                    && !found.contains("\"name\":\"c\""), found);
        }

        @Test
        void anOfferShowsTheLastProbeAndIsTheSameToThoseWhoWait() {
            announceProviding("a", "a.use");
            Probed noon = new Probed(1, ",\"healthy\":true,\"last_check\":\"12:00\"}".getBytes(UTF_8));
            Probed other = new Probed(2, noon.tail);
            Probed later = new Probed(3, ",\"healthy\":true,\"last_check\":\"12:01\"}".getBytes(UTF_8));
            Offers.Rendered first = registry.catalog().offers("a.use", noon);
            assertTrue(json(first.json()).endsWith(",\"healthy\":true,\"last_check\":\"12:00\"}]"), json(first.json()));
            assertSame(first.json(), registry.catalog().offers("a.use", other).json(), "another service was probed");
            Offers.Rendered second = registry.catalog().offers("a.use", later);
            assertTrue(json(second.json()).contains("12:01"), json(second.json()));
            assertEquals(first.fingerprint(), second.fingerprint());
        }

        private record Probed(long revision, byte[] tail) implements Liveness {
            @Override
            public Boolean healthy(String name) {
                return true;
            }

            @Override
            public byte[] members(String name) {
                return tail;
            }
        }

        @Test
        void staleOffersComeAfterLiveOnes() {
            sight("a", "1", "one");
            announceProviding("b", "a.use");
            registry.markStale(List.of(entry("a")));
            String found = json(registry.catalog().offers("a.use", Liveness.UNKNOWN).json());
            assertTrue(found.indexOf("\"name\":\"b\"") < found.indexOf("\"name\":\"a\""), found);
            assertEquals(1, registry.catalog().staleCount());
            assertEquals(2, generation("a"));
        }

        private void announceProviding(String name, String capability) {
            registry.announce(new Claim.Announcement(Manifests.of(name, "1", capability), null));
        }

        @Test
        void anAnnounceThatIsNotRenewedRunsOut() {
            announce("mail", "1", Duration.ofMinutes(1));
            announce("post", "1", Duration.ofMinutes(3));
            announce("fax", "1");
            clock.advance(Duration.ofMinutes(1));
            assertEquals(List.of("mail"), registry.expired().stream().map(Entry::name)
                    .toList());
            registry.markStale(registry.expired());
            assertTrue(entry("mail").isStale());
            assertEquals(List.of(), registry.expired());
            assertFalse(announce("mail", "1", Duration.ofMinutes(1)).isStale());
            assertEquals(3, generation("mail"));
        }

        @Test
        void anEntryThatChangedMeanwhileIsNotMarkedStale() {
            sight("mail", "1", "one");
            Entry looked = entry("mail");
            announce("mail", "2");
            assertEquals(0, registry.markStale(List.of(looked)));
            assertFalse(entry("mail").isStale());
        }

        @Test
        void twoNamesThatDifferOnlyInCaseCannotBoth() {
            announce("mail", "1");
            RefusedException refused = assertThrows(RefusedException.class, () -> announce("Mail", "1"));
            assertEquals(RefusedException.Reason.CONFLICT, refused.reason());
            assertTrue(String.valueOf(refused.getMessage()).contains("'mail'"), refused.getMessage());
            assertNull(registry.catalog().find("Mail"));
        }

        @Test
        void aFileWrittenByHandIsTakenInByAReload() throws IOException {
            Files.writeString(file("hand"), "# mine\n" + Manifests.yaml("hand", "1"));
            assertEquals(1, registry.reload().total());
            assertEquals(Sync.REGISTER, entry("hand").state().sync());
            assertEquals(1, generation("hand"));
            assertTrue(Files.readString(file("hand")).startsWith("# mine"), "a person's file is left as it is");
        }

        @Test
        void anEditIsANewGenerationAndStaysSoAfterARestart() throws IOException {
            announce("mail", "1");
            edit("mail", "version: \"1\"", "version: \"2\"");
            registry.reload();
            assertEquals("2", version("mail"));
            assertEquals(2, generation("mail"));
            restart();
            assertEquals(2, generation("mail"));
            edit("mail", "version: \"2\"", "version: \"3\""); // while the daemon is down
            restart();
            assertEquals(3, generation("mail"));
        }

        private void edit(String name, String old, String replacement) throws IOException {
            String yaml = Files.readString(file(name));
            assertTrue(yaml.contains(old), yaml);
            Files.writeString(file(name), yaml.replace(old, replacement + " # edited"));
        }

        @Test
        void anEditThatWasNotReloadedIsTakenInBeforeItIsReplaced() throws IOException {
            announce("mail", "1");
            edit("mail", "version: \"1\"", "version: \"2\"");
            assertEquals(3, announce("mail", "3").state().generation());
            assertEquals(List.of("REGISTERED mail", "CHANGED mail", "CHANGED mail"), told);
        }

        @Test
        void aBrokenFileIsReportedByNameAndLineAndTheRestLoads() throws IOException {
            announce("mail", "1");
            announce("post", "1");
            Files.writeString(file("mail"), "asmp: \"0.1\"\nname: [mail\n");
            Reloaded reloaded = registry.reload();
            assertEquals(1, reloaded.problems().size());
            assertEquals(file("mail").toString(), reloaded.problems().getFirst().path());
            assertTrue(reloaded.problems().getFirst().error().contains("line 3"), reloaded.toString());
            assertEquals("asmp: \"0.1\"\nname: [mail\n", Files.readString(file("mail")));
            restart();
            assertNull(registry.catalog().find("mail"));
            assertNotNull(registry.catalog().find("post"));
            assertTrue(warnings.getLast().contains("mail.asmp.yaml"), warnings.toString());
        }

        @Test
        void aBrokenFileIsSetAsideAndNeverOverwritten() throws IOException {
            announce("mail", "1");
            Files.writeString(file("mail"), "torn");
            assertEquals(2, announce("mail", "2").state().generation());
            Files.writeString(file("mail"), "torn again");
            announce("mail", "3");
            assertEquals("torn", Files.readString(file("mail").resolveSibling("mail.asmp.yaml.broken")));
            assertEquals("torn again", Files.readString(file("mail").resolveSibling("mail.asmp.yaml.broken.2")));
            assertEquals("3", version("mail"));
        }

        @Test
        void whatWasSetAsideIsNamedUntilAPersonTookCareOfIt() throws IOException {
            announce("mail", "1");
            Files.writeString(file("mail"), "torn");
            announce("mail", "2");
            Path broken = file("mail").resolveSibling("mail.asmp.yaml.broken");
            restart();
            assertEquals(List.of(broken.toString()), registry.problems().stream().map(Reloaded.Problem::path).toList());
            assertEquals(1, registry.reload().problems().size());
            Files.delete(broken);
            assertEquals(List.of(), registry.reload().problems());
            assertEquals(List.of(), registry.problems());
        }

        @Test
        void aListenerThatFailsDoesNotTurnASavedChangeIntoARefusal() throws IOException {
            close();
            registry = Registries.open(home(), clock, () -> Manifests.BOX, _ -> {
                throw new IllegalStateException("no");
            }, warnings::add);
            assertEquals(1, announce("mail", "1").state().generation());
            assertTrue(warnings.getLast().contains("'mail'"), warnings.toString());
        }

        @Test
        void whatWasAcceptedCanBeReadBack() throws IOException {
            // As many values as a manifest may have; its index file has those of the registry as well.
            String most = Manifests.yaml("most", "1") + "z: [" + "0,".repeat(99_980) + "0]\n";
            registry.announce(new Claim.Announcement(Manifest.of(dev.asmp.document.Yaml.read(most)), null));
            restart();
            assertNotNull(registry.catalog().find("most"));
        }

        @Test
        void aFileWhoseNameDiffersInCaseDoesNotTakeTheNameOfAKnownOne() throws IOException {
            announce("low", "1");
            Files.writeString(file("LOW"), Manifests.yaml("LOW", "1"));
            assertTrue(registry.reload().problems().getFirst().error().contains("differs only in case"));
            restart();
            assertNotNull(registry.catalog().find("low"));
            assertNull(registry.catalog().find("LOW"));
            Files.delete(file("low"));
            registry.reload();
            assertNotNull(registry.catalog().find("LOW"));
        }

        @Test
        void aBrokenFileIsWrittenAgainEvenWhenNothingElseChanges() throws IOException {
            sight("mail", "1", "one");
            Files.writeString(file("mail"), "torn");
            sight("mail", "1", "one");
            assertTrue(Files.readString(file("mail")).contains("generation: 1\n"));
        }

        @Test
        void theGenerationOfADeletedFileGoesOnWithTheNextOfThatName() throws IOException {
            announce("mail", "1");
            announce("mail", "2");
            Files.delete(file("mail"));
            registry.reload();
            assertNull(registry.catalog().find("mail"));
            assertEquals(3, announce("mail", "3").state().generation());
            Files.delete(file("mail"));
            restart();
            assertEquals(4, announce("mail", "4").state().generation());
        }

        @Test
        void anImpossibleGenerationIsIgnored() throws IOException {
            Files.writeString(home().resolve("generations"), Long.MAX_VALUE + " x mail\n-5 x post\n");
            restart();
            assertEquals(1, announce("mail", "1").state().generation());
            assertEquals(1, announce("post", "1").state().generation());
        }

        @Test
        void aDeletedFileIsNoticedBeforeTheNextChangeOfItsName() throws IOException {
            announce("mail", "1");
            Files.delete(file("mail"));
            assertEquals(2, announce("mail", "1").state().generation());
            assertTrue(told.contains("DELETED mail"), told.toString());
        }

        @Test
        void manyAnnouncesAtOnceAreAllCounted() throws Exception {
            try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<Entry>> calls = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    String name = "service-" + i % 4;
                    calls.add(() -> announce(name, "1"));
                }
                Set<String> answers = new HashSet<>();
                for (Future<Entry> answer : clients.invokeAll(calls)) {
                    answers.add(answer.get().name() + " " + answer.get().state().generation());
                }
                assertEquals(200, answers.size(), "each announce is told its own generation");
            }
            for (int i = 0; i < 4; i++) {
                assertEquals(50, generation("service-" + i));
            }
            restart();
            assertEquals(50, generation("service-3"));
        }

        @Test
        void aStaleEntryTellsWhenAScanLastSawIt() throws IOException {
            sight("mail", "1", "one");
            clock.advance(Duration.ofHours(5));
            Instant last = clock.instant();
            registry.seen(last, List.of());
            clock.advance(Duration.ofMinutes(5));
            registry.markStale(List.of(entry("mail")));
            registry.seen(clock.instant(), List.of());
            assertEquals(last, registry.catalog().lastSeen(entry("mail")));
            restart();
            assertEquals(last, registry.catalog().lastSeen(entry("mail")));
        }

        @Test
        void aDamagedSnapshotIsNotBelieved() throws IOException {
            announce("mail", "1");
            close();
            Path snapshot = home().resolve("snapshot.bin");
            String written = Files.readString(snapshot, ISO_8859_1);
            Files.writeString(snapshot, written.replace("of this machine", "of that machine"), ISO_8859_1);
            open();
            assertEquals("the mail of this machine", entry("mail").manifest().description());
        }

        @Test
        void anEntryGivesBackEveryKeyOfItsManifestInOrder() throws IOException {
            Manifest manifest = Manifest.read("""
                    asmp: "0.1"
                    zebra: {b: 1.50, a: [true, null, 0x10]}
                    kind: service
                    name: zoo
                    version: 1.10
                    capabilities: {provides: [zoo.visit], hours: 9-17}
                    apple: ~
                    """.getBytes(UTF_8));
            registry.announce(new Claim.Announcement(manifest, null));
            restart();
            String json = json(entry("zoo").json(clock.instant(), "}".getBytes(UTF_8)));
            assertTrue(json.startsWith("{\"asmp\":\"0.1\",\"zebra\":{\"b\":1.50,\"a\":[true,null,\"0x10\"]},"
                    + "\"kind\":\"service\",\"name\":\"zoo\",\"version\":\"1.10\",\"capabilities\":"
                    + "{\"provides\":[\"zoo.visit\"],\"hours\":\"9-17\"},\"apple\":null,\"generation\":1,"), json);
        }

        private static String json(byte[] bytes) {
            return new String(bytes, UTF_8);
        }
    }
}
