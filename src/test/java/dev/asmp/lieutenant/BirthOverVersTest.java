package dev.asmp.lieutenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Until;
import dev.asmp.agent.AgentChannel;
import dev.asmp.agent.AgentFolder;
import dev.asmp.agent.AgentHost;
import dev.asmp.agent.AgentMessage;
import dev.asmp.agent.ReadPosition;
import dev.asmp.agent.RelayChannel;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.fleet.VmFleet;
import dev.asmp.manifest.Environment;
import dev.asmp.store.RefusedException;
import dev.asmp.vers.FakeVersApi;
import dev.asmp.vers.FakeVersApi.Reading;
import dev.asmp.vers.TlsFront;
import dev.asmp.vers.VersApi;
import dev.asmp.vers.VersSettings;
import dev.asmp.vers.VmBox;
import dev.asmp.vers.VmTransports;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of an agent's birth in a VM of the fake API, under both readings of what is not known about VMs. */
@NullUnmarked
class BirthOverVersTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    private Path folder;
    private FakeVersApi fake;
    private TlsFront front;
    private VersApi api;
    private VersSettings settings;
    private VmTransports transport;

    @BeforeEach
    void begin() throws Exception {
        Assumptions.assumeTrue(VmBox.isIsolated() && TlsFront.isPossible());
        fake = new FakeVersApi(folder.resolve("vers"));
        front = new TlsFront(folder.resolve("front"), fake);
        settings = VersSettings.of(new Environment(Map.of("HOME", folder.toString(), "VERS_BASE_URL",
                fake.url(), "ASMP_VERS_VM_DOMAIN", front.domain(), "VERS_CA_FILE", front.authority().toString(),
                "ASMP_VERS_SSH_USER", System.getProperty("user.name")), FileSystems.getDefault()));
        api = new VersApi(settings, () -> FakeVersApi.KEY);
        transport = VmTransports.of(settings, api, folder.resolve("state"), null);
    }

    @AfterEach
    void end() throws IOException {
        if (fake != null) {
            transport.close();
            front.close();
            fake.close();
        }
    }

    private static String said(AgentHost host, String... argv) throws IOException {
        return host.run(List.of(argv), new byte[0], LIMIT).out().strip();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void variablesOfTheAccountMayReachARestoredVmAndNeverHideWhoAnAgentIs(boolean reach) throws IOException {
        fake.reads(reach ? new Reading[]{Reading.VARIABLES_REACH_RESTORED_VMS} : new Reading[0]);
        fake.accountVariables(Map.of("VERS_VM_ID", "another", "LLM_PROXY_KEY", "old", "MORE", "more"));
        String vm = api.restore(fake.addCommit(null));
        AgentHost host = new VmHost(() -> transport, vm);
        AgentRequest request = AgentRequest.lieutenant(Mapping.builder().put("name", "docs").put("commit", "c")
                .put("command", Sequence.ofTexts(List.of("true")))
                .put("env", Mapping.builder().put("LLM_PROXY_KEY", "own").build()).build());
        Birth birth = new Birth(new Environment(Map.of(), FileSystems.getDefault()), new AgentRecord.Identity("docs-1",
                "docs", AgentRecord.Kind.LIEUTENANT, "docs", vm, "/run/asmp/agents/docs-1", null, null, "c",
                Instant.EPOCH), request, null);
        birth.identify(host);
        birth.validate(host);
        birth.prepare(new AgentFolder(host, "/run/asmp/agents/docs-1"));
        String show = "echo $VERS_VM_ID $LLM_PROXY_KEY $MORE";
        String expected = vm + " own" + (reach ? " more" : "");
        assertEquals(expected, said(host, "sh", "-c", ". /run/asmp/agents/docs-1/env; " + show), "the agent");
        assertEquals(expected, said(host, "sh", "-lc", show), "a later shell");
    }

    @Test
    void noVmIsMadeForAnAgentWhereItsInputCouldNotReachIt() {
        try (VmTransports apiAlone = VmTransports.of(settings, api, folder.resolve("state"), "api")) {
            VmFleet fleet = new VmFleet(new VmFleet.Setup(api, settings, apiAlone, null, null, "box", () -> null,
                    () -> 20, Instant::now, _ -> {}, _ -> null));
            assertTrue(assertThrows(RefusedException.class, () -> new FleetVms(() -> fleet, () -> null).check())
                    .getMessage().contains("ASMP_VERS_TRANSPORT"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDeadAgentsInputMayBlockThoseWhoOpenItAndItsEndIsToldAtOnce(boolean blocks) throws IOException {
        String vm = api.restore(fake.addCommit(null));
        AgentHost host = new VmHost(() -> transport, vm);
        AgentFolder place = new AgentFolder(host, "/run/asmp/agents/docs-1");
        place.prepare(List.of("sleep", "100"), "/root/workspace", Map.of());
        place.start();
        said(host, "sh", "-c", "cd /run/asmp/agents/docs-1; read -r pid since < pid; kill -KILL -$pid"
                + (blocks ? "" : "; rm in; : > in"));
        AtomicReference<String> end = new AtomicReference<>();
        RelayChannel channel = new RelayChannel("docs", place, ReadPosition.START, new AgentChannel.Listener() {
            @Override
            public void connected() {}

            @Override
            public void heard(AgentMessage message) {}

            @Override
            public void unreachable(String why) {
                end.set("unreachable: " + why);
            }

            @Override
            public void ended(String why) {
                end.set(why);
            }
        });
        channel.begin();
        Until.holds(() -> end.get() != null, () -> "told");
        assertEquals("its process is gone", end.get());
        assertTrue(assertThrows(CompletionException.class, () -> channel.send(Mapping.builder().put("type", "prompt")
                .put("message", "x".repeat(200_000)).build(), LIMIT).join()).getMessage()
                .contains("cannot be reached"));
        channel.detach();
    }
}
