package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The VM registry's contract as its agents speak it, on the loopback socket. */
class VmApiTest {
    @TempDir
    private Path folder;

    private final TestClock clock = TestClock.somewhen();
    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, clock, "");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private static String vm(String id, String more) {
        return "{\"id\":\"%s\",\"name\":\"n-%s\",\"role\":\"worker\",\"address\":\"%s.vm.vers.sh\",\"registeredBy\":\"boss\"%s}"
                .formatted(id, id, id, more);
    }

    private RunningDaemon.Reply register(String json) throws Exception {
        return daemon.json("POST", "/registry/vms", json);
    }

    private RunningDaemon.Reply patch(String id, String json) throws Exception {
        return daemon.json("PATCH", "/registry/vms/" + id, json);
    }

    private List<String> ids(String path) throws Exception {
        Mapping list = daemon.get(path).mapping();
        List<String> ids = list.list("vms").stream().map(vm -> String.valueOf(((Mapping) vm).text("id"))).toList();
        assertEquals(Integer.toString(ids.size()), list.text("count"));
        return ids;
    }

    @Test
    void aRegistrationIsAnsweredWithTheEntry() throws Exception {
        RunningDaemon.Reply reply = register(
                """
                        {"id":" a ","name":" n ","role":"worker","address":" x ","registeredBy":" b ","parentVmId":"p","fleet":{},
                         "services":[{"name":"web","port":80,"extra":true}],"metadata":{"k":[1.50]}}""");
        assertEquals(201, reply.status());
        assertEquals("{\"id\":\"a\",\"name\":\"n\",\"role\":\"worker\",\"status\":\"running\",\"address\":\"x\","
                + "\"services\":[{\"name\":\"web\",\"port\":80,\"extra\":true}],\"metadata\":{\"k\":[1.50]},"
                + "\"registeredBy\":\"b\",\"parentVmId\":\"p\",\"registeredAt\":\"2026-11-20T10:00:00.000Z\","
                + "\"lastSeen\":\"2026-11-20T10:00:00.000Z\"}", reply.text());
        assertEquals(reply.text(), daemon.get("/registry/vms/a").text());
        assertEquals(409, register(vm("a", "")).status());
        assertEquals("{\"error\":\"VM already registered\"}", register(vm("a", "")).text());
    }

    @ParameterizedTest
    @CsvSource({"id, id is required", "name, name is required", "role, role is required",
            "address, address is required", "registeredBy, registeredBy is required"})
    void whatIsRequiredIsNamed(String field, String error) throws Exception {
        String json = vm("a", "");
        Mapping body = ((Mapping) Json.read(json.getBytes(StandardCharsets.UTF_8)));
        for (Document sent : List.of(body.without(List.of(field)), body.with(field, Scalar.text("")))) {
            RunningDaemon.Reply reply = register(new String(Json.write(sent), StandardCharsets.UTF_8));
            assertEquals(400, reply.status(), reply.text());
            assertEquals(error, reply.error());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"role\":\"king\"", "\"status\":\"dead\"", "\"services\":{}", "\"services\":[{}]",
            "\"services\":[{\"name\":\"a\",\"port\":0}]", "\"services\":[{\"name\":\"a\",\"port\":70000}]",
            "\"services\":[{\"name\":\"a\",\"port\":\"80\"}]", "\"metadata\":[]", "\"metadata\":7"})
    void whatIsInvalidIsRefused(String field) throws Exception {
        String json = vm("a", "").replace(field.startsWith("\"role\"") ? "\"role\":\"worker\"" : "}",
                field.startsWith("\"role\"") ? field : "," + field + "}");
        RunningDaemon.Reply reply = register(json);
        assertEquals(400, reply.status(), reply.text());
        if (field.contains("king")) {
            assertEquals("invalid role: king", reply.error());
        } else if (field.contains("dead")) {
            assertEquals("invalid status: dead", reply.error());
        }
        assertEquals(404, daemon.get("/registry/vms/a").status());
    }

    @Test
    void metadataThatIsTooLargeOrTooDeepIsRefused() throws Exception {
        assertEquals(413, register(vm("a", ",\"metadata\":{\"x\":\"" + "y".repeat(1 << 20) + "\"}")).status());
        assertEquals(400, register(vm("a", ",\"metadata\":{\"x\":\"" + "y".repeat(70_000) + "\"}")).status());
        assertEquals(400,
                register(vm("a", ",\"metadata\":" + "{\"x\":".repeat(101) + "1" + "}".repeat(101))).status());
    }

    /** Long bodies are sent another way than short ones. */
    @ParameterizedTest
    @ValueSource(ints = {1_000, 60_000})
    void aListOfAnyLengthArrivesWholeAndHasATag(int size) throws Exception {
        for (String id : List.of("a", "b", "c")) {
            register(vm(id, ",\"metadata\":{\"x\":\"" + "y".repeat(size) + "\"}"));
        }
        RunningDaemon.Reply list = daemon.get("/registry/vms");
        assertEquals("3", list.mapping().text("count"));
        assertEquals(Integer.toString(list.response().body().length),
                list.response().headers().firstValue("content-length").orElseThrow());
        assertEquals(list.text(), daemon.get("/registry/vms").text());
        String tag = list.response().headers().firstValue("etag").orElseThrow();
        assertEquals(304, daemon.send("GET", "/registry/vms", new byte[0], "If-None-Match", tag).status());
    }

    @Test
    void aListThatWasAskedForBeforeShowsEveryChange() throws Exception {
        register(vm("a", ""));
        String tag = tagOfTheList();
        assertEquals(tag, tagOfTheList());
        for (Callable<RunningDaemon.Reply> change : List.<Callable<RunningDaemon.Reply>>of(() -> register(vm("b", "")),
                () -> daemon.post("/registry/vms/a/heartbeat"), () -> patch("a", "{\"name\":\"other\"}"),
                () -> daemon.send("DELETE", "/registry/vms/b", new byte[0]))) {
            clock.advance(Duration.ofMillis(5));
            change.call();
            String next = tagOfTheList();
            assertNotEquals(tag, next);
            tag = next;
        }
        assertEquals(daemon.get("/registry/vms/a").text(),
                ((Mapping) daemon.get("/registry/vms").document()).list("vms").stream()
                        .map(vm -> new String(Json.write(vm), StandardCharsets.UTF_8)).findFirst().orElseThrow());
    }

    @Test
    void anEmptyFilterIsAsIfItWereNotThere() throws Exception {
        register(vm("a", ""));
        String all = daemon.get("/registry/vms").text();
        for (String empty : List.of("?role=&status=", "?status=", "?role=", "?q=&after=", "?role=&limit=5")) {
            assertEquals(all, daemon.get("/registry/vms" + empty).text(), empty);
        }
        assertEquals("0", daemon.get("/registry/vms?role=none").mapping().text("count"));
    }

    private String tagOfTheList() throws Exception {
        return daemon.get("/registry/vms").response().headers().firstValue("etag").orElseThrow();
    }

    @Test
    void aPatchChangesWhatMayChangeAndIgnoresTheRest() throws Exception {
        register(vm("a", ""));
        clock.advance(Duration.ofSeconds(1));
        RunningDaemon.Reply reply = patch("a", """
                {"name":"m","status":"paused","address":"z","services":[],"metadata":{"a":1},"id":"b","role":"infra",
                 "registeredAt":"1970-01-01T00:00:00.000Z","registeredBy":"me"}""");
        assertEquals(200, reply.status(), reply.text());
        Mapping vm = reply.mapping();
        assertEquals("a m worker paused z boss", String.join(" ", List.of("id", "name", "role", "status", "address",
                "registeredBy").stream().map(vm::text).toList()));
        assertEquals("2026-11-20T10:00:00.000Z", vm.text("registeredAt"));
        assertEquals("2026-11-20T10:00:01.000Z", vm.text("lastSeen"));
        assertEquals("name cannot be empty", patch("a", "{\"name\":\" \"}").error());
        assertEquals("address cannot be empty", patch("a", "{\"address\":\"\"}").error());
        assertEquals("invalid status: x", patch("a", "{\"status\":\"x\"}").error());
        assertEquals(404, patch("nobody", "{}").status());
        assertEquals("{\"error\":\"VM not found\"}", patch("nobody", "{}").text());
    }

    @Test
    void aHeartbeatNeedsNoBodyAndMayHaveOne() throws Exception {
        register(vm("a", ""));
        clock.advance(Duration.ofSeconds(2));
        assertEquals("{\"id\":\"a\",\"lastSeen\":\"2026-11-20T10:00:02.000Z\"}",
                daemon.post("/registry/vms/a/heartbeat").text());
        assertEquals(200, daemon.json("POST", "/registry/vms/a/heartbeat", "{\"load\":1}").status());
        assertEquals(404, daemon.post("/registry/vms/b/heartbeat").status());
    }

    @Test
    void anInstanceThatCanBeSetCanBeHeard() throws Exception {
        register(vm("a", ""));
        String longest = "i".repeat(4_096);
        assertEquals(200, patch("a", "{\"instance\":\" " + longest + " \"}").status());
        assertEquals(200, daemon.json("POST", "/registry/vms/a/heartbeat", "{\"instance\":\"" + longest
                + "\",\"seq\":1}").status());
        assertEquals(400, patch("a", "{\"instance\":\"" + longest + "i\"}").status());
        assertEquals(400, daemon.json("POST", "/registry/vms/a/heartbeat", "{\"instance\":\"" + longest
                + "i\",\"seq\":2}").status());
    }

    @Test
    void listsAreInTheOrderOfTheContractAndCanBePaged() throws Exception {
        for (String id : List.of("a", "b", "c")) {
            register(vm(id, ""));
        }
        register(vm("d", ",\"status\":\"stopped\""));
        register(vm("e", "").replace("worker", "infra"));
        assertEquals(List.of("e", "d", "c", "b", "a"), ids("/registry/vms"));
        assertEquals(List.of("d", "c", "b", "a"), ids("/registry/vms?role=worker"));
        assertEquals(List.of("d"), ids("/registry/vms?status=stopped"));
        assertEquals(List.of("c", "b", "a"), ids("/registry/vms?role=worker&status=running"));
        assertEquals(List.of("a", "b", "c"), ids("/registry/discover/worker"));
        assertEquals(List.of(), ids("/registry/discover/king"));
        assertEquals(List.of(), ids("/registry/vms?role=king"));
        assertEquals(List.of("e", "d"), ids("/registry/vms?limit=2"));
        String next = String.valueOf(daemon.get("/registry/vms?limit=2").mapping().text("next"));
        assertEquals(List.of("c", "b"), ids("/registry/vms?limit=2&after=" + next));
        assertEquals(List.of("c"), ids("/registry/vms?q=n-C"));
        assertEquals(400, daemon.get("/registry/vms?limit=0").status());
        assertEquals(400, daemon.get("/registry/vms?limit=x").status());
        assertEquals("b", daemon.get("/registry/resolve/n-b").mapping().text("id"));
        assertEquals(404, daemon.get("/registry/resolve/nobody").status());
        assertEquals("{\"vms\":[],\"count\":0}", daemon.get("/registry/stale").text());
        assertEquals("{\"deleted\":0}", daemon.send("DELETE", "/registry/stale", new byte[0]).text());
        assertEquals("{\"deleted\":true}", daemon.send("DELETE", "/registry/vms/a", new byte[0]).text());
        assertEquals(404, daemon.send("DELETE", "/registry/vms/a", new byte[0]).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%2Fb", "a%20b", "%F0%9F%98%80", "a%2Fheartbeat", "..%2F..%2Fx", "%22%5C%0Ax"})
    void anIdMayHoldWhatAUrlMustEscape(String escaped) throws Exception {
        String id = URLDecoder.decode(escaped, StandardCharsets.UTF_8);
        String json = new String(Json.write(Mapping.builder().put("id", id).put("name", "n")
                .put("role", "worker").put("address", "x").put("registeredBy", "b").build()), StandardCharsets.UTF_8);
        assertEquals(201, register(json).status());
        assertEquals(id, daemon.get("/registry/vms/" + escaped).mapping().text("id"));
        assertEquals(200, daemon.post("/registry/vms/" + escaped + "/heartbeat").status());
        daemon.restart();
        assertEquals(200, daemon.send("DELETE", "/registry/vms/" + escaped, new byte[0]).status());
    }

    @Test
    void anIdIsAtMost512CharactersLong() throws Exception {
        assertEquals(201, register(vm("i".repeat(512), "")).status());
        assertEquals(400, register(vm("i".repeat(513), "")).status());
        assertEquals(400, register(vm("i".repeat(10_000), "")).status());
    }

    @Test
    void ofTwoWhoRegisterOneIdAtTheSameTimeOneDoes() throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 20; round++) {
                String json = vm("r" + round, "");
                List<Callable<Integer>> both = IntStream.range(0, 4)
                        .<Callable<Integer>>mapToObj(_ -> () -> register(json).status()).toList();
                List<Integer> statuses = executor.invokeAll(both).stream().map(Future::resultNow).sorted().toList();
                assertEquals(List.of(201, 409, 409, 409), statuses);
            }
        }
    }

    @Test
    void whatWasAcknowledgedIsThereAfterARestart() throws Exception {
        register(vm("a", ""));
        register(vm("b", ""));
        patch("a", "{\"name\":\"other\"}");
        daemon.send("DELETE", "/registry/vms/b", new byte[0]);
        daemon.restart();
        assertEquals(List.of("a"), ids("/registry/vms"));
        assertEquals("other", daemon.get("/registry/vms/a").mapping().text("name"));
        assertEquals(List.of("a"), ids("/registry/discover/worker"));
    }

    @Test
    void aFleetIsWatchedLikeServicesAre() throws Exception {
        register(vm("a", ""));
        String tag = daemon.get("/registry/vms/a").response().headers().firstValue("ETag").orElseThrow();
        assertEquals(304, daemon.send("GET", "/registry/vms/a", new byte[0], "If-None-Match", tag).status());
        assertEquals(405, daemon.send("PUT", "/registry/vms/a", new byte[0]).status());
        assertTrue(daemon.get("/metrics").text().contains("route=\"/registry/vms\""));
    }

    @Test
    void onlyTheOwnerImportsWhatADaemonKeepsAboutItsVms() throws Exception {
        String moment = "2026-11-20T10:00:00.000Z";
        String vms = "{\"vms\":[" + vm("vm-%s", ",\"registeredAt\":\"" + moment + "\",\"lastSeen\":\"" + moment
                + "\",\"fleet\":{\"state\":\"deleting\"}") + "]}";
        assertEquals("1", daemon.json("POST", "/registry/import", vms.replace("%s", "1")).mapping().text("added"));
        assertEquals(null, daemon.get("/registry/vms/vm-1").mapping().get("fleet"));
        assertEquals("1",
                daemon.asOwner("POST", "/registry/import", vms.replace("%s", "2"), "").mapping().text("added"));
        assertEquals("deleting", daemon.get("/registry/vms/vm-2").mapping().mapping("fleet").text("state"));
    }
}
