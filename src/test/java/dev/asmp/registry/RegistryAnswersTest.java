package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each change is answered with what is now on disk, and is charged for the memory that it holds until then. */
class RegistryAnswersTest {
    private static final String SOURCE = "/src/mail/asmp.yaml";

    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path home = files.getPath("/home/asmp");
    private final TestClock clock = TestClock.somewhen();
    private final ByteBudget queue = new ByteBudget(Registries.PLENTY);
    private final List<String> warnings = new ArrayList<>();
    private volatile HostProfile profile = Manifests.BOX;
    private Registry registry;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(home);
        registry = open(queue);
    }

    private Registry open(ByteBudget waiting) throws IOException {
        return Registries.open(home, clock, () -> profile,
                new RegistryBudgets(Registries.PLENTY, Registries.PLENTY, waiting), _ -> {}, warnings::add);
    }

    @AfterEach
    void close() throws IOException {
        registry.close();
        files.close();
    }

    private void profile(String yaml) {
        profile = HostProfile.of(Yaml.read("host_id: box\ndevice_class: vm\n" + yaml),
                new Environment(Map.of("HOME", "/nowhere"), files));
    }

    private static String shown(ServiceRecord record) {
        return switch (record) {
            case Entry entry -> entry.toString() + " v" + entry.manifest().document().text("version");
            case Proposal proposal -> "proposed " + proposal.entry();
        };
    }

    private ServiceRecord announce(String version) {
        return registry.announce(new Claim.Announcement(Manifests.of("mail", version), null));
    }

    private Claim.Sighting sighting(String name, String version) {
        return new Claim.Sighting(Manifests.of(name, version), Path.of("/src/" + name + "/asmp.yaml"), version);
    }

    private Entry entry(String name) {
        return Objects.requireNonNull(registry.catalog().find(name), name);
    }

    @Test
    void eachChangeOfAServiceIsAnsweredWithIt() {
        assertEquals("mail (register, registered, generation 1) v1",
                shown(registry.register(new Claim.Registration(Manifests.of("mail", "1")))));
        assertEquals("mail (register, registered, generation 2) v2",
                shown(registry.patch("mail", Yaml.read("{version: '2'}"), Precondition.NONE)));
        Mod mod = Mod.of(Yaml.read("{name: spam, capabilities: {provides: [spam.filter]}}"));
        assertEquals("mail (register, registered, generation 3) v2", shown(registry.attach("mail", mod)));
        assertTrue(registry.catalog().provides("spam.filter"));
        assertEquals("mail (register, registered, generation 4) v2", shown(registry.detach("mail", "spam")));
        assertFalse(registry.catalog().provides("spam.filter"));
        assertEquals("mail (announce, registered, generation 5) v3", shown(announce("3")));
        assertEquals("mail (announce, stale, generation 6) v3",
                shown(registry.sayGoodbye("mail", 5, "the end", false)));
        assertEquals("mail (announce, stale, generation 6) v3",
                shown(registry.remove("mail", Precondition.NONE, false)));
        assertNull(registry.catalog().find("mail"));
        assertEquals(7, registry.filesWritten());
        assertNull(registry.writeFailure());
    }

    @Test
    void theOwnersDecisionsAreAnsweredWithTheService() {
        profile("policy: {requires_approval: true}\n");
        Proposal first = (Proposal) announce("1");
        assertEquals("mail (announce, registered, generation 2) v1", shown(registry.approve("mail", first.digest())));
        Proposal second = (Proposal) registry
                .announce(new Claim.Announcement(Manifests.of("mail", "1", "other.use"), null));
        assertEquals("not here", ((Proposal) registry.reject("mail", second.digest(), "not here")).note());
        assertEquals(Status.REJECTED, Objects.requireNonNull(registry.catalog().proposal("mail")).entry().state()
                .status());
    }

    @Test
    void whatAnotherSourceReplacedComesBackByAnUndo() {
        registry.sight(List.of(sighting("mail", "1")));
        registry.announce(new Claim.Announcement(Manifests.of("mail", "2", "other.use"), null));
        assertEquals(SOURCE, registry.catalog().replacedSource("mail"));
        assertEquals("mail (scan, registered, generation 3) v1", shown(registry.undo("mail")));
        assertNull(registry.catalog().replacedSource("mail"));
    }

    @Test
    void aScanIsToldWhatBecameOfEachSighting() {
        Sightings first = registry.sight(List.of(sighting("mail", "1"), sighting("post", "1")));
        assertEquals(Map.of("mail", Sightings.Kind.REGISTERED, "post", Sightings.Kind.REGISTERED), first.accepted());
        profile("policy: {max_services: 2}\n");
        Sightings second = registry.sight(List.of(sighting("mail", "2"), sighting("fax", "1")));
        assertEquals(Map.of("mail", Sightings.Kind.UPDATED), second.accepted());
        assertEquals("the registry is full: it holds 2 services, and at most 2 are allowed",
                second.refused().get("fax"));
    }

    @Test
    void entriesThatAreMarkedStaleAreCounted() {
        registry.sight(List.of(sighting("mail", "1"), sighting("post", "1")));
        List<Entry> looked = List.copyOf(registry.catalog().entries());
        announce("2");
        assertEquals(1, registry.markStale(looked), "one has changed since");
        assertTrue(entry("post").isStale());
        assertEquals(0, registry.markStale(looked));
    }

    @Test
    void aFileOfAKnownContentIsUnchangedUntilTheIndexFileIsGone() throws IOException {
        registry.sight(List.of(sighting("mail", "1")));
        Entry mail = entry("mail");
        assertTrue(registry.isUnchanged(mail, SOURCE, "1"));
        assertFalse(registry.isUnchanged(mail, SOURCE, "2"));
        assertFalse(registry.isUnchanged(mail, "/src/other/asmp.yaml", "1"));
        Files.delete(registry.pathOf("mail"));
        assertFalse(registry.isUnchanged(mail, SOURCE, "1"));
    }

    @Test
    void aFileIsNotInServiceWhereItWaitsOrWasRejectedOrRemoved() {
        profile("policy: {requires_approval: true}\n");
        registry.sight(List.of(sighting("mail", "1")));
        assertEquals(Proposal.WAITS, registry.whyNotInService("mail", SOURCE, "1"));
        assertNull(registry.whyNotInService("mail", SOURCE, "2"));
        String digest = Objects.requireNonNull(registry.catalog().proposal("mail")).digest();
        registry.reject("mail", digest, null);
        assertEquals("'mail' was rejected by the owner of this host; it is not offered again until its content changes",
                registry.whyNotInService("mail", SOURCE, "1"));
        profile("");
        assertNull(registry.whyNotInService("mail", SOURCE, "1"));
        registry.sight(List.of(sighting("mail", "1")));
        assertNull(registry.whyNotInService("mail", SOURCE, "1"));
        registry.remove("mail", Precondition.NONE, true);
        assertEquals(ClaimDecider.removed("mail"), registry.whyNotInService("mail", SOURCE, "1"));
        assertNull(registry.whyNotInService("mail", SOURCE, "2"));
        assertNull(registry.whyNotInService("post", SOURCE, "1"));
    }

    @Test
    void theTimeUntilAnAnnouncementEndsRunsOut() {
        assertNull(registry.untilExpiry());
        registry.announce(new Claim.Announcement(Manifests.of("mail", "1"), Duration.ofMinutes(2)));
        clock.advance(Duration.ofMinutes(1));
        assertEquals(Duration.ofMinutes(1), registry.untilExpiry());
        assertEquals(List.of(), registry.expired());
        clock.advance(Duration.ofMinutes(1));
        assertEquals(List.of("mail"), registry.expired().stream().map(Entry::name).toList());
    }

    @Test
    void aReloadCountsNamesTheBrokenAndTakesTheHostsNewName() throws IOException {
        announce("1");
        registry.register(new Claim.Registration(Manifests.of("post", "1")));
        Files.writeString(registry.pathOf("fax"), "broken: [");
        profile = HostProfile.of(Yaml.read("{host_id: crate, device_class: vm}"),
                new Environment(Map.of("HOME", "/nowhere"), files));
        Reloaded reloaded = registry.reload();
        assertEquals(2, reloaded.total());
        assertEquals(List.of(registry.pathOf("fax").toString()),
                reloaded.problems().stream().map(Reloaded.Problem::path).toList());
        assertEquals(reloaded.problems(), registry.problems());
        assertEquals(List.of("crate", "crate"), registry.catalog().entries().stream().map(Entry::host).toList());
    }

    @Test
    void aChangeOfALargeServiceIsChargedUntilItIsAnswered() throws IOException {
        Manifest large = Manifest.of(Yaml.read(Manifests.yaml("mail", "1") + "notes: " + "x".repeat(100_000) + "\n"));
        registry.register(new Claim.Registration(large));
        assertEquals(0, queue.used());
        registry.close();
        ByteBudget small = new ByteBudget(250_000);
        assertTrue(small.tryTake(140_000), "others wait");
        registry = open(small);
        for (Runnable change : List.<Runnable>of(() -> registry.register(new Claim.Registration(large)),
                () -> announceAgain(large), () -> registry.detach("mail", "spam"),
                () -> registry.attach("mail", Mod.of(Yaml.read("{name: m, capabilities: {provides: [a.b]}}"))),
                () -> registry.patch("mail", Yaml.read("{version: '2'}"), Precondition.NONE),
                () -> registry.approve("mail", "x"), () -> registry.reject("mail", "x", null),
                () -> registry.sayGoodbye("mail", 1, null, true), () -> registry.undo("mail"))) {
            assertEquals(RefusedException.Reason.BUSY, assertThrows(RefusedException.class, change::run).reason());
        }
        assertEquals("mail (register, registered, generation 1) v1",
                shown(registry.remove("mail", Precondition.NONE, true)), "removing takes nothing");
    }

    private void announceAgain(Manifest manifest) {
        registry.announce(new Claim.Announcement(manifest, null));
    }

    @Test
    void aSnapshotThatCannotBeWrittenIsToldAtTheEnd() throws IOException {
        announce("1");
        try (var below = Files.newDirectoryStream(home, "snapshot*")) {
            assertFalse(below.iterator().hasNext());
        }
        Files.createDirectories(home.resolve("snapshot.bin/in-the-way"));
        registry.close();
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.getFirst().startsWith("cannot write to the state folder: "), warnings.getFirst());
    }
}
