package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.daemon.StartFailure;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several daemons that share their services over the listener for other hosts. */
class HostsTest {
    @TempDir
    private Path folder;
    private final List<RunningDaemon> daemons = new ArrayList<>();

    @AfterEach
    void stop() {
        daemons.forEach(RunningDaemon::close);
    }

    private static List<Integer> ports(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    /** Starts daemons that list one another, and asks each to ask the others. */
    private void mesh(int count, String share, TestClock clock) throws Exception {
        List<Integer> ports = ports(count);
        for (int i = 0; i < count; i++) {
            int self = i;
            String peers = IntStream.range(0, count).filter(other -> other != self).mapToObj(other -> "{host: box-"
                    + other + ", url: 'http://127.0.0.1:" + ports.get(other) + "'}").collect(Collectors.joining(", "));
            daemons.add(daemon(i, clock, "listen: '127.0.0.1:" + ports.get(i) + "', share: " + share + ", peers: ["
                    + peers + "]"));
        }
    }

    private RunningDaemon daemon(int number, TestClock clock, String federation) throws Exception {
        return new RunningDaemon(folder.resolve("box-" + number), clock, "host_id: box-" + number
                + "\nfederation: {stale_after: 1m, interval: 1s, host_aliases: {zero: box-0}, " + federation + "}\n");
    }

    private static void federate(RunningDaemon daemon) throws Exception {
        Mapping answer = daemon.post("/federate").mapping();
        assertEquals("0", answer.text("errors"), answer::toString);
    }

    private static List<String> names(RunningDaemon daemon, String path) throws Exception {
        return ((Sequence) daemon.get(path).document()).items().stream()
                .map(item -> String.valueOf(((Mapping) item).text("name"))).toList();
    }

    private static Mapping host(RunningDaemon daemon, String name) throws Exception {
        for (Document host : daemon.get("/hosts").mapping().list("hosts")) {
            if (name.equals(((Mapping) host).text("host"))) {
                return (Mapping) host;
            }
        }
        return Mapping.EMPTY;
    }

    @Test
    void fiveHostsThatListOneAnotherShowEachServiceOncePerHost() throws Exception {
        mesh(5, "all", TestClock.somewhen());
        for (RunningDaemon daemon : daemons) {
            daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        }
        for (int round = 0; round < 2; round++) {
            for (RunningDaemon daemon : daemons) {
                federate(daemon);
            }
        }
        for (int i = 0; i < 5; i++) {
            RunningDaemon daemon = daemons.get(i);
            TreeMap<String, String> hosts = new TreeMap<>();
            for (Document item : ((Sequence) daemon.get("/services?hosts=all").document()).items()) {
                Mapping service = (Mapping) item;
                assertNull(hosts.put(String.valueOf(service.text("name")), String.valueOf(service.text("host"))));
            }
            TreeMap<String, String> expected = new TreeMap<>();
            for (int other = 0; other < 5; other++) {
                expected.put(other == i ? "mail" : "mail@box-" + other, "box-" + other);
            }
            assertEquals(expected, hosts);
            assertEquals(List.of("mail"), names(daemon, "/services"), "without hosts, this host");
            assertEquals(5, names(daemon, "/capabilities?provides=email.*&hosts=all").size());
            assertEquals("4", daemon.get("/health").mapping().mapping("peers").text("ok"));
        }
    }

    @Test
    void aChangeArrivesBySelfAndAHostThatStopsTurnsStale() throws Exception {
        TestClock clock = TestClock.somewhen();
        mesh(2, "all", clock);
        RunningDaemon here = daemons.get(0);
        RunningDaemon there = daemons.get(1);
        federate(here);
        there.announce(Manifests.yaml("mail", "1", "email.send"));
        here.awaitUntil(() -> names(here, "/services?hosts=all").equals(List.of("mail@box-1")));
        assertEquals("ok", host(here, "box-1").text("status"));
        there.pause();
        clock.advance(Duration.ofSeconds(61));
        Mapping stale = here.get("/services/mail@box-1").mapping();
        assertEquals("stale", stale.text("status"));
        assertEquals("2026-11-20T10:00:00.000Z", stale.mapping("peer").text("last_seen"));
        here.awaitUntil(() -> here.log().contains("box-1 does not answer"));
        assertEquals("1 silent", host(here, "box-1").text("services") + " " + host(here, "box-1").text("status"));
        assertEquals("peer-silent box-1", events(here));
        there.restart();
        here.awaitUntil(() -> "registered".equals(here.get("/services/mail%40box-1").mapping().text("status")));
        there.send("DELETE", "/services/mail", new byte[0]);
        here.awaitUntil(() -> names(here, "/services?hosts=box-1").isEmpty());
        here.awaitUntil(() -> here.get("/hosts/history?host=box-1").mapping().list("history").size() >= 2);
        assertTrue(here.get("/metrics").text().contains("asmp_peer_up{peer=\"box-1\"} 1"));
    }

    /** The last event about a peer, with its name. */
    private static String events(RunningDaemon daemon) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.port())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(("GET /events?recent=1 HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port()
                    + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream(),
                    StandardCharsets.UTF_8));
            String kind = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                kind = line.startsWith("event: ") ? line.substring(7) : kind;
                if (line.startsWith("data: ")) {
                    Mapping data = (Mapping) Json.read(line.substring(6).getBytes(StandardCharsets.UTF_8));
                    return kind + " " + data.text("name");
                }
            }
            return "none";
        }
    }

    @Test
    void lookupsByHostNameMissAndWriteSayWhereAServiceIs() throws Exception {
        mesh(2, "all", TestClock.somewhen());
        RunningDaemon zero = daemons.get(0);
        RunningDaemon one = daemons.get(1);
        zero.announce(Manifests.yaml("mail", "1", "email.send"));
        one.announce(Manifests.yaml("wiki", "1", "page.read"));
        federate(one);
        assertEquals(List.of("mail@box-0"), names(one, "/services?host=box-0"));
        assertEquals(List.of("mail@box-0"), names(one, "/services?hosts=zero"), "an alias will do");
        assertEquals(List.of("wiki"), names(one, "/services?hosts=box-1"));
        assertEquals(List.of("wiki", "mail@box-0"), names(one, "/services?hosts=all"));
        assertEquals(List.of(), names(one, "/services?host=nowhere"));
        assertEquals("hosts: there is no host 'nowhere'; say all, or one of box-0, box-1",
                one.get("/services?hosts=nowhere").error());
        assertEquals(List.of("mail@box-0"), names(one, "/services?hosts=all&sync=federate"));
        assertEquals(List.of("mail@box-0"), names(one, "/services?hosts=all&q=who+sends+mail"));
        assertEquals(List.of("wiki"), names(one, "/services?hosts=all&limit=1"));
        assertEquals(List.of("mail@box-0"), names(one, "/services?hosts=all&limit=1&after=wiki"));
        assertEquals(List.of(), names(one, "/services?hosts=all&limit=1&after=mail%40box-0"));
        assertEquals("{\"capabilities\":[\"email.send\",\"page.read\"]}", one.get("/capabilities?hosts=all").text());
        assertEquals("[]", one.get("/capabilities?provides=email.send").text());
        assertEquals(400, one.get("/capabilities?provides=a&hosts=all&wait=1s").status());
        assertEquals("wiki", one.get("/services/wiki@box-1").mapping().text("name"));
        Mapping miss = one.get("/services/mail").mapping();
        assertEquals("Service 'mail' not found", miss.text("error"));
        assertEquals(List.of("mail@box-0"), miss.texts("elsewhere"));
        assertEquals(404, one.get("/services/mail@nowhere").status());
        assertEquals("'mail@box-0' belongs to box-0: change it there",
                one.json("PATCH", "/services/mail@box-0", "{\"section\":\"x\"}").error());
        assertEquals(409, one.send("DELETE", "/services/mail%40box-0", new byte[0]).status());
        assertEquals(1, names(one, "/services").size());
    }

    @Test
    void agentsFindWhatOtherHostsHave() throws Exception {
        mesh(2, "all", TestClock.somewhen());
        daemons.get(0).announce(Manifests.yaml("mail", "1", "email.send"));
        RunningDaemon one = daemons.get(1);
        federate(one);
        assertTrue(call(one, "service_find", "\"capability\":\"email.send\"")
                .contains("box-0 provides it: call again with hosts=\\\"all\\\""));
        assertTrue(call(one, "service_find", "\"capability\":\"email.send\",\"hosts\":\"all\"")
                .contains("mail@box-0 at http://127.0.0.1:7100 on box-0 only"));
        assertTrue(call(one, "service_list", "\"hosts\":\"box-0\"").contains("mail@box-0"));
        assertTrue(call(one, "host_list", "").contains("box-0: ok, 1 service"));
        assertTrue(rpc(one, "resources/read", "\"uri\":\"asmp://hosts\"").contains("box-0"));
        assertTrue(rpc(one, "tools/list", "").contains("host_list"));
    }

    private static String call(RunningDaemon daemon, String tool, String arguments) throws Exception {
        return rpc(daemon, "tools/call", "\"name\":\"" + tool + "\",\"arguments\":{" + arguments + "}");
    }

    private static String rpc(RunningDaemon daemon, String method, String params) throws Exception {
        return daemon.json("POST", "/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method
                + "\",\"params\":{" + params + "}}", "Accept", "application/json, text/event-stream").text();
    }

    @Test
    void onALanLoopbackIsNotShared() throws Exception {
        mesh(2, "lan", TestClock.somewhen());
        RunningDaemon zero = daemons.get(0);
        zero.announce(Manifests.yaml("near", "1", "a.b"));
        zero.announce(Manifests.yaml("far", "1", "a.c").replace("host: 127.0.0.1", "host: 192.0.2.7"));
        zero.announce(Manifests.yaml("tool", "1", "a.d").replaceAll("(?s)endpoints:.*", "source: /secret/path\n"));
        federate(daemons.get(1));
        federate(daemons.get(1));
        assertEquals(List.of("far@box-0"), names(daemons.get(1), "/services?hosts=all"));
        Mapping sharing = host(zero, "box-0").mapping("sharing");
        assertEquals("3 1 1 1", sharing.text("total") + " " + sharing.text("shared") + " "
                + sharing.text("loopback_only") + " " + sharing.text("without_endpoint"));
        assertEquals(sharing.text("shared"), host(daemons.get(1), "box-0").mapping("sharing").text("shared"));
    }

    @Test
    void aReloadAddsAndRemovesPeersAndTheListener() throws Exception {
        TestClock clock = TestClock.somewhen();
        mesh(2, "all", clock);
        RunningDaemon zero = daemons.get(0);
        daemons.get(1).announce(Manifests.yaml("mail", "1", "email.send"));
        federate(zero);
        assertEquals(1, names(zero, "/services?hosts=all").size());
        Path profile = zero.home().resolve("host.yaml");
        String before = Files.readString(profile);
        Files.writeString(profile, before.replaceAll("peers: \\[[^]]*]", "peers: [{host: box-9, conduit: m},"
                + " {host: box-0, url: 'http://127.0.0.1:1'}, {host: box-9, url: 'http://127.0.0.1:1'}]"));
        zero.post("/reload");
        assertEquals(0, names(zero, "/services?hosts=all").size());
        assertFalse(Files.exists(zero.home().resolve("peers/box-1.json")));
        assertTrue(String.valueOf(host(zero, "box-9").text("error")).contains("conduit is not supported"));
        assertEquals(3, zero.get("/hosts").mapping().texts("problems").size());
        assertEquals("1 1", zero.post("/federate").mapping().text("peers") + " "
                + zero.post("/federate").mapping().text("errors"));
        Files.writeString(profile, before.replaceAll("listen: '[^']*'", "listen: '0.0.0.0:0'"));
        assertTrue(zero.post("/reload").text().contains("there is no token"));
        assertEquals(1, zero.post("/federate").mapping().list("results").size());
    }

    @Test
    void whatIsSharedNeedsTheTokenAndAnswersNothingElse() throws Exception {
        Files.writeString(folder.resolve("peer-token"), "open-sesame\n");
        int port = ports(1).getFirst();
        daemons.add(daemon(0, TestClock.somewhen(), "listen: '127.0.0.1:" + port + "', token_file: "
                + folder.resolve("peer-token")));
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertEquals(401, status(client, port, "/federation/services"));
            assertEquals(401, status(client, port, "/health"));
            assertEquals(200, status(client, port, "/federation/services", "Authorization", "Bearer open-sesame"));
            assertEquals(200, status(client, port, "/federation/host", "Authorization", "Bearer open-sesame"));
            assertEquals(404, status(client, port, "/services", "Authorization", "Bearer open-sesame"));
            assertEquals(403, status(client, port, "/federation/host", "Authorization", "Bearer open-sesame", "Origin",
                    "http://a.example"));
        }
    }

    private static int status(HttpClient client, int port, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Test
    void aCertificateMustBeTheHostsAndTrusted() throws Exception {
        Path cert = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        TlsFiles.make(folder, "localhost", cert, key);
        Path other = folder.resolve("other.pem");
        TlsFiles.make(folder, "elsewhere", other, folder.resolve("other-key.pem"));
        int port = ports(1).getFirst();
        TestClock clock = TestClock.somewhen();
        daemons.add(daemon(0, clock, "listen: '127.0.0.1:" + port + "', tls: {cert: " + cert + ", key: " + key + "}"));
        daemons.add(daemon(1, clock, "peers: []"));
        assertEquals("", said("localhost:" + port, cert));
        assertTrue(said("127.0.0.1:" + port, cert).contains("No subject alternative names"), "another name");
        assertTrue(said("localhost:" + port, other).contains("PKIX"), "another authority");
        assertTrue(said("localhost:" + port, folder.resolve("none")).contains("ca_file"), "no file");
    }

    /** What is said of box-0 at an address, where this file tells what to trust. */
    private String said(String address, Path authorities) throws Exception {
        RunningDaemon here = daemons.get(1);
        Path profile = here.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile).replaceAll("peers: \\[.*", "peers: [{host: box-0, url:"
                + " 'https://" + address + "', ca_file: " + authorities + "}]}"));
        here.post("/reload");
        Mapping result = (Mapping) here.post("/federate").mapping().list("results").getFirst();
        return result.text("error") == null ? "" : String.valueOf(result.text("error"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"listen: '0.0.0.0:0'", "listen: '0.0.0.0:0', token_file: TOKEN",
            "listen: '127.0.0.1:0', token_file: /nowhere/token", "listen: '192.0.2.1:1', allow_plain: true"})
    void anOpenListenerWithoutTokenOrCertificateIsNotOpened(String federation) throws Exception {
        Path token = Files.writeString(folder.resolve("peer-token"), "open-sesame\n");
        StartFailure failure = assertThrows(StartFailure.class,
                () -> daemon(0, TestClock.somewhen(), federation.replace("TOKEN", token.toString())));
        assertTrue(String.valueOf(failure.getMessage()).contains("federation."), failure::getMessage);
    }
}
