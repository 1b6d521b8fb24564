package dev.asmp.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.Until;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.vers.FakeVersApi;
import dev.asmp.vers.FakeVersApi.Fault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of VMs over HTTP and MCP, for the owner and for nobody else. */
@NullUnmarked
class FleetApiTest {
    @TempDir
    private Path folder;
    private final HttpClient client = HttpClient.newHttpClient();
    private FakeVersApi fake;
    private RunningDaemon daemon;
    private ApiContract contract;
    private String token;

    @BeforeEach
    void begin() throws Exception {
        fake = new FakeVersApi(folder.resolve("vers"));
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "fleet: {max_vms: 4}", false,
                Map.of("VERS_BASE_URL", fake.url(), "VERS_API_KEY", FakeVersApi.KEY, "ASMP_VERS_VM_DOMAIN",
                        "vm.localhost:1"));
        token = Files.readString(daemon.home().resolve("token")).strip();
        contract = new ApiContract(ask("GET", "/openapi.json", null, false).body());
    }

    @AfterEach
    void end() {
        daemon.close();
        fake.close();
    }

    private HttpResponse<byte[]> ask(String method, String path, Mapping body, boolean asOwner)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(daemon.url() + path)).method(method,
                body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(Json.write(body)));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (asOwner) {
            request.header("Authorization", "Bearer " + token);
        }
        if (path.startsWith("/mcp")) {
            request.header("Accept", "application/json, text/event-stream").header("MCP-Protocol-Version",
                    "2026-07-28");
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private Mapping owner(int status, String method, String path, Mapping body) throws Exception {
        HttpResponse<byte[]> reply = ask(method, path, body, true);
        String said = new String(reply.body(), UTF_8);
        assertEquals(status, reply.statusCode(), method + " " + path + ": " + said);
        return said.startsWith("{") && !said.contains("}\n") ? (Mapping) Json.read(reply.body()) : Mapping.EMPTY;
    }

    private static Mapping json(String text) {
        return (Mapping) Json.read(text.replace('\'', '"').getBytes(UTF_8));
    }

    private static String firstId(Mapping made) {
        return Objects.requireNonNull(((Mapping) made.list("vms").getFirst()).text("id"));
    }

    @Test
    void onlyTheOwnerMayDoAnythingAndTheTreeIsPublic() throws Exception {
        for (ApiContract.Operation operation : contract.operations().stream()
                .filter(one -> one.path().startsWith("/fleet/")).toList()) {
            String path = operation.path().replace("{id}", "vm");
            assertEquals(401, ask(operation.method(), path, null, false).statusCode(), path);
        }
        assertEquals(200, ask("GET", "/registry/tree", null, false).statusCode());
        assertEquals(200, ask("GET", "/vm-tree/vms", null, false).statusCode());
        assertEquals(404, ask("GET", "/vm-tree/vms/none/children", null, false).statusCode());
        assertEquals(List.of(), fake.calls());
    }

    @Test
    void noAnswerContainsAKey() throws Exception {
        String vm = firstId(owner(201, "POST", "/fleet/vms", json("{'name':'one'}")));
        for (ApiContract.Operation operation : contract.operations().stream()
                .filter(one -> one.method().equals("GET") && one.path().matches("/(fleet|vm-tree|lieutenants|swarm).*"))
                .toList()) {
            String said = new String(ask("GET", operation.path().replace("{id}", vm).replace("{name}", "x"), null, true)
                    .body(), UTF_8);
            assertFalse(said.contains(FakeVersApi.KEY) || said.contains("PRIVATE KEY"), operation.path() + ": " + said);
        }
        owner(200, "DELETE", "/fleet/vms/" + vm, null);
        assertEquals(List.of(), fake.live());
    }

    @Test
    void aVmIsMadeUsedAndDeleted() throws Exception {
        String vm = firstId(owner(201, "POST", "/fleet/vms", json("{'name':'one','role':'worker','wait':true}")));
        assertEquals("running", owner(200, "GET", "/fleet/vms/" + vm, null).text("state"));
        HttpResponse<byte[]> ran = ask("POST", "/fleet/vms/" + vm + "/exec",
                json("{'argv':['sh','-c','echo out; echo err >&2; exit 7'],'timeout':'10s'}"), true);
        List<Mapping> lines = new String(ran.body(), UTF_8).lines().filter(line -> !line.isEmpty())
                .map(line -> (Mapping) Json.read(line.getBytes(UTF_8))).toList();
        assertEquals("7", lines.getLast().text("code"));
        assertEquals("out\n", new String(Base64.getDecoder().decode(lines.stream()
                .filter(line -> "stdout".equals(line.text("stream"))).findFirst().orElseThrow().text("data_b64")),
                UTF_8));
        owner(200, "PUT", "/fleet/vms/" + vm + "/files",
                json("{'path':'/etc/a.env','content_b64':'AAE=','mode':'0600'}"));
        assertEquals("AAE=", owner(200, "GET", "/fleet/vms/" + vm + "/files?path=/etc/a.env", null)
                .text("content_b64"));
        owner(404, "GET", "/fleet/vms/" + vm + "/files?path=/none", null);
        String commit = owner(201, "POST", "/fleet/vms/" + vm + "/commit", json("{'name':'c'}")).text("commit_id");
        String kid = firstId(owner(201, "POST", "/fleet/vms",
                Mapping.builder().put("from", commit).put("parent", vm).build()));
        owner(200, "POST", "/fleet/vms/" + kid + "/pause", null);
        assertEquals("paused", fake.vm(kid).state());
        owner(200, "POST", "/fleet/vms/" + kid + "/resume", null);
        firstId(owner(201, "POST", "/fleet/vms", json("{'branch_of':'" + kid + "','count':2}")));
        owner(409, "POST", "/fleet/vms", json("{}"));
        assertEquals("3", ((Mapping) Json.read(ask("GET", "/vm-tree/vms/" + vm + "/descendants", null, false).body()))
                .text("count"));
        assertEquals("4", owner(200, "GET", "/fleet/status", null).text("count"));
        assertFalse(new String(ask("GET", "/registry/vms/" + kid, null, false).body(), UTF_8).contains("\"fleet\":{}"));
        ask("DELETE", "/registry/vms/" + kid, null, false);
        assertEquals("4", owner(200, "GET", "/fleet/vms", null).text("count"));
        for (String id : fake.live()) {
            owner(200, "DELETE", "/fleet/vms/" + id, null);
        }
        owner(404, "DELETE", "/fleet/vms/" + vm, null);
        assertEquals(List.of(), fake.live());
    }

    @Test
    void errorsOfVersAreErrorsHere() throws Exception {
        owner(400, "POST", "/fleet/vms", json("{'from':'a','branch_of':'b'}"));
        owner(400, "POST", "/fleet/vms", json("{'count':'x'}"));
        owner(400, "POST", "/fleet/vms/..%2Fx/exec", json("{'argv':['true']}"));
        owner(400, "GET", "/fleet/vms/$(x)/files?path=/x".replace("$(x)", "%24(x)"), null);
        owner(404, "POST", "/fleet/vms", json("{'from':'no-such-tag'}"));
        fake.arm("POST /vm/new_root", Fault.refused(402, "pay first"), Fault.refused(422, "no"));
        owner(409, "POST", "/fleet/vms", json("{}"));
        owner(400, "POST", "/fleet/vms", json("{}"));
        fake.arm("GET /vms", Fault.refused(500, ""), Fault.refused(500, ""), Fault.refused(500, ""));
        owner(503, "GET", "/fleet/vms", null);
        assertEquals("none", owner(200, "GET", "/fleet/golden", null).text("source"));
        owner(404, "POST", "/fleet/golden/check", json("{}"));
        String commit = fake.addCommit(null);
        fake.tag("golden", commit);
        Mapping checked = owner(200, "POST", "/fleet/golden/check", json("{'commit':'golden'}"));
        assertTrue(checked.list("items").size() > 10);
        assertEquals("0", owner(200, "GET", "/fleet/status", null).text("unsettled"));
        assertEquals(List.of(), fake.live());
    }

    private Mapping call(String tool, String arguments, String groups, boolean asOwner) throws Exception {
        Mapping request = json("{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'" + tool
                + "','arguments':" + arguments + ",'_meta':{'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                + "'io.modelcontextprotocol/clientInfo':{'name':'t','version':'1'},"
                + "'io.modelcontextprotocol/clientCapabilities':{}}}}");
        HttpRequest.Builder sent = HttpRequest.newBuilder(URI.create(daemon.url() + "/mcp?tools=" + groups))
                .header("Accept", "application/json, text/event-stream").header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", "tools/call").header("Mcp-Name", tool).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(request)));
        if (asOwner) {
            sent.header("Authorization", "Bearer " + token);
        }
        HttpResponse<byte[]> reply = client.send(sent.build(), HttpResponse.BodyHandlers.ofByteArray());
        return ((Mapping) Json.read(reply.body())).mapping("result");
    }

    private Mapping done(String tool, String arguments) throws Exception {
        Mapping result = call(tool, arguments, "fleet", true);
        assertEquals(null, result.text("isError"), () -> new String(Json.write(result), UTF_8));
        return result.mapping("structuredContent");
    }

    @Test
    void agentsMakeVmsByToolsWhereTheOwnerLetsThem() throws Exception {
        for (boolean asOwner : List.of(true, false)) {
            assertEquals("true", call("vm_create", "{}", asOwner ? "services" : "fleet", asOwner).text("isError"));
        }
        assertEquals(0, fake.created());
        String vm = firstId(done("vm_create", "{'name':'a'}"));
        assertEquals("1", done("vm_list", "{}").text("count"));
        Mapping ran = done("vm_exec", "{'vm':'" + vm + "','command':'echo hi; exit 3'}");
        assertEquals("3", ran.text("code"));
        assertEquals("hi", ran.text("output"));
        Path job = fake.vm(vm).box().file(done("vm_exec", "{'vm':'" + vm
                + "','command':'echo later; exit 4','detach':true}").text("folder"));
        Until.holds(() -> Files.exists(job.resolve("code")) && Files.readString(job.resolve("code")).equals("4\n"),
                () -> "ended");
        assertEquals("later\n", Files.readString(job.resolve("out")));
        done("vm_write", "{'vm':'" + vm + "','path':'/root/f','content':'one two\\n','mode':'0755'}");
        done("vm_edit", "{'vm':'" + vm + "','path':'/root/f','old':'two','new':'$(three)'}");
        assertEquals("one $(three)", done("vm_read", "{'vm':'" + vm + "','path':'/root/f'}").text("text"));
        assertEquals("755", done("vm_exec", "{'vm':'" + vm + "','command':'stat -c %a /root/f'}").text("output"));
        assertEquals("true", call("vm_edit", "{'vm':'" + vm + "','path':'/root/f','old':'e','new':'x'}", "fleet", true)
                .text("isError"));
        String branch = firstId(done("vm_branch", "{'vm':'" + vm + "'}"));
        done("vm_copy", "{'vm':'" + vm + "','path':'/root/f','to_vm':'" + branch + "','to_path':'/tmp/g'}");
        String commit = String.valueOf(done("vm_commit", "{'vm':'" + vm + "'}").text("commit_id"));
        String restored = firstId(done("vm_restore", "{'commit':'" + commit + "'}"));
        done("vm_state", "{'vm':'" + restored + "','state':'paused'}");
        assertEquals("paused", fake.vm(restored).state());
        done("fleet_tree", "{}");
        done("golden_show", "{}");
        assertEquals("true", call("vm_delete", "{'vm':'" + vm + "','confirm':false}", "fleet", true).text("isError"));
        for (String id : fake.live()) {
            done("vm_delete", "{'vm':'" + id + "','confirm':true}");
        }
        assertEquals(List.of(), fake.live());
    }
}
