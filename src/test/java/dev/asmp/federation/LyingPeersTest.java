package dev.asmp.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.TestClock;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.FederationSettings;
import dev.asmp.manifest.HostProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that lie: each lie is that peer's error, and what was known of it before stays. */
class LyingPeersTest {
    private final TestClock clock = TestClock.somewhen();
    private final ByteBudget budget = new ByteBudget(20L << 20);
    private final List<String> told = new ArrayList<>();
    @TempDir
    private Path folder;
    private LyingPeer peer;
    private PeerPuller puller;

    @BeforeEach
    void open() throws IOException {
        peer = new LyingPeer();
        puller = puller("");
    }

    @AfterEach
    void close() throws IOException {
        puller.close();
        puller.discard(false);
        assertEquals(0, budget.used(), "all memory is given back");
        peer.close();
    }

    private PeerPuller puller(String more) {
        Environment environment = new Environment(Map.of("HOME", folder.toString(), "PATH", folder.toString()),
                FileSystems.getDefault());
        FederationSettings settings = HostProfile.of(Yaml.read("{host_id: box, device_class: vm, federation: {"
                + "stale_after: 60s, interval: 1s, host_aliases: {mini-1: mac-mini}, peers: [{host: mac-mini, url: '"
                + peer.url() + "'" + more + "}]}}"), environment).federation();
        return new PeerPuller(new Federation.Surroundings(folder.resolve("peers"), environment, () -> "box", clock,
                clock::nanos, budget, new ReentrantLock(), Duration.ofMillis(400),
                (host, status) -> told.add(status.word()), told::add), settings, settings.peers().getFirst());
    }

    private RemoteHost asked() {
        puller.round();
        return puller.known();
    }

    private String error() {
        return String.valueOf(asked().error());
    }

    private Mapping shown(String name) {
        RemoteHost host = puller.known();
        return (Mapping) Json.read(Objects.requireNonNull(host.find(name)).json(host.standing(clock.nanos())));
    }

    @Test
    void anHonestPeerIsShownWithItsNameBehindEachService() {
        peer.lists("1",
                LyingPeer.entry("mail", "mac-mini", "\"run\":{\"command\":\"rm\"},\"lifecycle\":{\"start\":\"x\"},"
                        + "\"data\":{\"stores\":[1],\"sensitivity\":\"low\"},\"endpoints\":[{\"protocol\":\"http\",\"host\":"
                        + "\"127.0.0.1\",\"port\":1},{\"protocol\":\"http\",\"host\":\"0.0.0.0\",\"port\":2}],"));
        assertNull(asked().error());
        Mapping mail = shown("mail");
        assertEquals("mail@mac-mini", mail.text("name"));
        assertEquals("mac-mini federate registered true", mail.text("host") + " " + mail.text("sync") + " "
                + mail.text("status") + " " + mail.text("healthy"));
        assertEquals("mac-mini", mail.text("checked_by"));
        assertEquals("false", ((Mapping) mail.list("endpoints").getFirst()).text("reachable"));
        assertEquals("127.0.0.1", ((Mapping) mail.list("endpoints").get(1)).text("host"));
        assertNull(mail.get("run"), "no command of another host");
        assertNull(mail.get("lifecycle"));
        assertEquals("{\"sensitivity\":\"low\"}", new String(Json.write(mail.mapping("data")), StandardCharsets.UTF_8));
        assertEquals(List.of("ok"), told);
        assertTrue(peer.asked.stream().noneMatch(head -> head.toLowerCase(Locale.ROOT).contains("accept-encoding")),
                peer.asked::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"host_id\":\"other\"}", "{\"host_id\":\"box\"}", "{}", "[]", "nonsense",
            "{\"host_id\":\"../mac-mini\"}", "{\"host_id\":7}"})
    void aPeerThatIsAnotherHostIsNotAsked(String says) {
        peer.host = out -> out.write(LyingPeer.answer(200, "", says));
        String error = error();
        assertTrue(error.contains(says.contains("host_id") ? "it is the host" : "no registry"), error);
        assertEquals(says.contains("box"), error.contains("which is this one"));
        assertEquals(1, peer.asked.size(), "its services are not asked for");
        assertEquals(RemoteHost.Status.NEVER, puller.known().status(clock.nanos()));
    }

    @Test
    void anotherNameOfThePeerIsThePeer() {
        peer.host = out -> out.write(LyingPeer.answer(200, "", "{\"host_id\":\"mini-1\"}"));
        peer.services = out -> out.write(LyingPeer.answer(200, "X-Asmp-Host: mini-1\r\n",
                "[" + LyingPeer.entry("mail", "mini-1", "") + "]"));
        assertNull(asked().error());
        assertEquals("mail@mac-mini", shown("mail").text("name"));
    }

    @Test
    void whatIsNotThePeersOwnIsLeftOutAndNamed() {
        peer.lists("1", LyingPeer.entry("mine", "mac-mini", ""), LyingPeer.entry("ours", "box", ""),
                LyingPeer.entry("third", "build-box", ""), LyingPeer.entry("mine", "mac-mini", ""),
                LyingPeer.entry("../../etc/passwd", "mac-mini", ""), LyingPeer.entry("mail@box", "mac-mini", ""),
                LyingPeer.entry("passed", "mac-mini", "").replace("\"scan\"", "\"federate\""),
                LyingPeer.entry("waits", "mac-mini", "").replace("registered", "pending"),
                LyingPeer.entry("old", "mac-mini", "").replace("0.1", "9"), "7", "\"text\"", "{\"host\":\"mac-mini\"}");
        assertNull(asked().error());
        assertEquals(List.of("mine"), List.copyOf(puller.known().entries().keySet()));
        assertEquals(11, puller.known().problems().size(), () -> puller.known().problems().toString());
        assertTrue(puller.known().problems().stream().anyMatch(line -> line.contains("another host, 'box'")));
        assertFalse(Files.exists(folder.resolve("etc")));
    }

    @Test
    void oddTypesAnywhereAreOneEntrysProblem() {
        List<String> odd = new ArrayList<>(List.of(LyingPeer.entry("good", "mac-mini", "")));
        for (String more : List.of("\"endpoints\":7", "\"endpoints\":[7,{\"host\":7,\"port\":\"x\",\"url\":[]}]",
                "\"mods\":[7,{\"state\":\"attached\"}]", "\"data\":[]", "\"secret\":7", "\"section\":{}",
                "\"display\":7", "\"owns\":{\"a\":[[]]}", "\"positive_examples\":[{\"query\":[]}]", "\"repo\":[]",
                "\"infra\":{\"machines\":7}", "\"health\":[]", "\"last_seen\":7", "\"aliases\":{}",
                "\"description2\":\"\\u202e\\u0000\"", "\"reachable\":1", "\"peer\":{\"last_seen\":1}")) {
            odd.add(LyingPeer.entry("odd" + odd.size(), "mac-mini", more + ","));
        }
        peer.lists("1", odd.toArray(String[]::new));
        assertNull(asked().error());
        assertEquals("good@mac-mini", shown("good").text("name"));
        RemoteHost.Standing standing = puller.known().standing(clock.nanos());
        puller.known().services().forEach(entry -> {
            assertEquals("mac-mini", ((Mapping) Json.read(entry.json(standing))).text("host"));
            entry.offers(entry.provides().getFirst(), standing).forEach(Json::read);
        });
        clock.advance(Duration.ofMinutes(2));
        puller.known().services().forEach(entry -> Json.read(entry.json(puller.known().standing(clock.nanos()))));
        assertEquals(odd.size(), puller.known().entries().size() + puller.known().problems().size());
    }

    @Test
    void aListOfTwentyThousandIsRefusedAndWhatWasKnownStays() {
        peer.lists("1", LyingPeer.entry("mail", "mac-mini", ""));
        asked();
        peer.lists("2", IntStream.range(0, 20_000).mapToObj(i -> "{}").toArray(String[]::new));
        assertTrue(error().contains("more than 10000"), puller.known()::toString);
        assertEquals("mail@mac-mini", shown("mail").text("name"));
        assertTrue(puller.known().problems().isEmpty());
    }

    @Test
    void aHugeAnswerIsNotReadToItsEnd() {
        peer.services = out -> {
            out.write("HTTP/1.1 200 OK\r\nX-Asmp-Host: mac-mini\r\nContent-Length: 99999999\r\n\r\n[".getBytes(
                    StandardCharsets.US_ASCII));
        };
        assertTrue(error().contains("has more than 16777216 bytes"), puller.known()::toString);
        peer.services = out -> {
            out.write("HTTP/1.1 200 OK\r\nX-Asmp-Host: mac-mini\r\n\r\n[".getBytes(StandardCharsets.US_ASCII));
            byte[] blanks = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 1_000; i++) {
                out.write(blanks);
            }
        };
        String error = error();
        assertTrue(error.contains("more than 16777216") || error.contains("no whole answer"), error);
        budget.tryTake(19L << 20);
        assertTrue(error().contains("does not fit the memory") || error().contains("no whole answer"), this::error);
        budget.release(19L << 20);
    }

    @Test
    void aSlowAnswerEndsInTimeAlsoAByteAtATime() {
        peer.host = out -> {
            for (int i = 0; i < 100; i++) {
                out.write(' ');
                LockSupport.parkNanos(50_000_000);
            }
        };
        long start = System.nanoTime();
        assertTrue(error().contains("no whole answer within 0.4 s"), puller.known()::toString);
        assertTrue(System.nanoTime() - start < 3_000_000_000L);
    }

    @Test
    void compressedAnswersAndRedirectsAreErrors() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bomb)) {
            zip.write(new byte[1 << 20]);
        }
        peer.services = out -> {
            out.write(("HTTP/1.1 200 OK\r\nX-Asmp-Host: mac-mini\r\nContent-Encoding: gzip\r\nContent-Length: "
                    + bomb.size() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bomb.toByteArray());
        };
        assertTrue(error().contains("compressed"), puller.known()::toString);
        peer.host = out -> out.write(LyingPeer.answer(302, "Location: http://127.0.0.1:7700/host\r\n", "{}"));
        assertTrue(error().contains("redirects, which is not followed"), puller.known()::toString);
        assertEquals(3, peer.asked.size(), "nothing was followed");
    }

    @Test
    void aTokenOfAnotherPeerIsNamedAndGoesNowhereElse() throws IOException {
        Path token = Files.writeString(folder.resolve("mini.token"), "open sesame\n");
        puller.close();
        puller = puller(", token_file: " + token);
        peer.host = out -> out.write(LyingPeer.answer(401, "", "{\"error\":\"no\"}"));
        assertTrue(error().contains("refuses the token"), puller.known()::toString);
        assertTrue(peer.asked.getFirst().contains("Authorization: Bearer open sesame\r\n"), peer.asked::toString);
        assertFalse(String.valueOf(puller.known().error()).contains("sesame"));
        Files.delete(token);
        assertTrue(error().contains("cannot be read"), puller.known()::toString);
    }

    @Test
    void anotherHostBehindTheSameAddressIsNoticedAtOnce() {
        peer.lists("1", LyingPeer.entry("mail", "mac-mini", ""));
        asked();
        peer.services = out -> out.write(LyingPeer.answer(200, "X-Asmp-Host: other\r\n",
                "[" + LyingPeer.entry("mail", "other", "") + "]"));
        assertTrue(error().contains("another host answers"), puller.known()::toString);
        assertEquals("mac-mini", shown("mail").text("host"));
    }

    @Test
    void aSilentPeersServicesTurnStaleSaySinceWhenAndComeBack() {
        peer.lists("1", LyingPeer.entry("mail", "mac-mini", ""));
        asked();
        peer.services = out -> {};
        clock.advance(Duration.ofSeconds(59));
        asked();
        assertEquals("registered", shown("mail").text("status"), "a failure alone is not silence");
        clock.jump(Duration.ofDays(1));
        assertEquals("registered", shown("mail").text("status"), "nor is a clock that was set");
        clock.advance(Duration.ofSeconds(2));
        asked();
        Mapping mail = shown("mail");
        assertEquals("stale", mail.text("status"));
        assertNull(mail.text("healthy"));
        assertEquals("2026-11-20T10:00:00.000Z", mail.mapping("peer").text("last_seen"));
        assertTrue(String.valueOf(mail.mapping("peer").text("error")).contains("closed"), mail::toString);
        peer.lists("2", LyingPeer.entry("mail", "mac-mini", ""));
        asked();
        assertEquals("registered", shown("mail").text("status"));
        assertEquals(List.of("ok", "silent", "ok"), told);
        peer.lists("3");
        asked();
        assertNull(puller.known().find("mail"), "what an answer does not list is gone");
    }

    @Test
    void aPeerThatIsSilentForVeryLongIsForgotten() {
        peer.lists("1", LyingPeer.entry("mail", "mac-mini", ""));
        asked();
        peer.services = out -> {};
        clock.advance(Duration.ofDays(8));
        asked();
        assertTrue(puller.known().entries().isEmpty());
        assertFalse(Files.exists(folder.resolve("peers/mac-mini.json")));
        assertEquals(RemoteHost.Status.SILENT, puller.known().status(clock.nanos()));
    }

    @Test
    void aStartKnowsTheLastAnswerAsStaleAndADamagedFileAsNone() throws IOException {
        peer.lists("1", LyingPeer.entry("mail", "mac-mini", ""));
        asked();
        Path file = folder.resolve("peers/mac-mini.json");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        puller.close();
        puller.discard(false);
        puller = puller("");
        puller.load();
        assertEquals("stale", shown("mail").text("status"));
        peer.services = out -> out.write("HTTP/1.1 304 Same\r\nX-Asmp-Host: mac-mini\r\n\r\n".getBytes(
                StandardCharsets.US_ASCII));
        asked();
        assertEquals("registered", shown("mail").text("status"));
        assertTrue(peer.asked.getLast().contains("If-None-Match: \"1\""), peer.asked::toString);
        puller.close();
        puller.discard(false);
        for (String damaged : List.of("", "{", "{\"format\":1,\"services\":[]}",
                Files.readString(file).substring(0, 90),
                Files.readString(file).replace("\"host\":\"mac-mini\"", "\"host\":\"box\""))) {
            Files.writeString(file, damaged);
            puller = puller("");
            puller.load();
            assertTrue(puller.known().entries().isEmpty(), damaged);
        }
    }

    @Test
    void whatOneClockSaysADayAheadIsItsOwnAffair() {
        peer.lists("1", LyingPeer.entry("mail", "mac-mini", "").replace("2026-11-20T10", "2026-11-21T10"));
        asked();
        assertEquals("registered", shown("mail").text("status"));
        assertEquals("2026-11-20T10:00:00Z", String.valueOf(puller.known().lastSeen()));
    }

    @Test
    void servicesThatDoNotFitTheMemoryAreNamed() {
        budget.tryTake((20L << 20) - 9_000);
        peer.lists("1", LyingPeer.entry("a", "mac-mini", ""), LyingPeer.entry("b", "mac-mini", "\"x\":\""
                + "y".repeat(5_000) + "\","));
        asked();
        assertEquals(List.of("a"), List.copyOf(puller.known().entries().keySet()),
                () -> puller.known().problems() + " " + puller.known().error());
        assertTrue(puller.known().problems().getFirst().contains("memory"));
        budget.release((20L << 20) - 9_000);
    }
}
