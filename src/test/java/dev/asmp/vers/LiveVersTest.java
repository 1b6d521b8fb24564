package dev.asmp.vers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.Environment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is assumed of the real Vers, asked with {@code ASMP_LIVE_VERS=1} and a key: it costs a few minutes of small VMs. The rest
 * is built to take both readings.
 */
@NullUnmarked
@EnabledIfEnvironmentVariable(named = "ASMP_LIVE_VERS", matches = "1", disabledReason = "it asks the real Vers, which needs a "
        + "key and costs money")
class LiveVersTest {
    @TempDir
    private Path folder;
    private final List<String> made = new ArrayList<>();
    private VersSettings settings;
    private VersHttp http;
    private VersApi api;

    @BeforeEach
    void begin() {
        Environment environment = Environment.ofProcess();
        settings = VersSettings.of(environment);
        http = new VersHttp(settings.api(), new VersKey(environment)::get);
        api = new VersApi(settings, new VersKey(environment)::get);
    }

    @AfterEach
    void deleteAll() {
        made.forEach(api::delete);
    }

    private String create(Map<String, String> labels) {
        String vm = api.createRoot(new VersApi.Root(1, 512, 1024, null, labels), true);
        made.add(vm);
        return vm;
    }

    @Test
    void aLabelIsMergedWithThoseBefore() {
        String vm = create(Map.of("asmp.test", "a"));
        api.label(vm, Map.of("asmp.more", "b"));
        assertEquals(Map.of("asmp.test", "a", "asmp.more", "b"), api.status(vm).labels());
    }

    @Test
    void labelsThatAreNullChangeNothingOrClearAll() {
        String vm = create(Map.of("asmp.test", "a"));
        http.call("PATCH", "/api/v1/vm/" + vm + "/label", Mapping.builder().put("labels", Scalar.NULL).build(),
                VersHttp.CHANGING);
        Map<String, String> left = api.status(vm).labels();
        assertTrue(left.isEmpty() || left.equals(Map.of("asmp.test", "a")), left.toString());
    }

    @Test
    void aBranchNamesItsParentRunsAndMayHaveItsHostKey() {
        String vm = create(Map.of());
        List<String> branches = api.branch(vm, 1);
        made.addAll(branches);
        assertEquals(vm, api.metadata(branches.getFirst()).text("grandparent_vm_id"));
        assertTrue(api.status(vm).isRunning() || api.status(vm).isPaused());
        try (VmTransports ssh = VmTransports.of(settings, api, folder, "ssh")) {
            assertEquals(new Outcome.Exited(0), ssh.exec(branches.getFirst(), Exec.of("true")).outcome());
        }
    }

    @Test
    void aRestoredVmMayHaveItsParentsHostKey() {
        String vm = create(Map.of());
        try (VmTransports ssh = VmTransports.of(settings, api, folder, "ssh")) {
            assertEquals(new Outcome.Exited(0), ssh.exec(vm, Exec.of("true")).outcome());
            String restored = api.restore(api.commit(vm, "asmp-live-test", null, false));
            made.add(restored);
            assertEquals(new Outcome.Exited(0), awaitSsh(ssh, restored));
            assertEquals(new Outcome.Exited(0), ssh.exec(vm, Exec.of("true")).outcome());
        }
    }

    private static Outcome awaitSsh(VmTransports ssh, String vm) {
        Outcome outcome = ssh.exec(vm, Exec.of("true")).outcome();
        for (int tried = 1; tried < 10 && !outcome.isSuccess(); tried++) {
            outcome = ssh.exec(vm, Exec.of("true")).outcome();
        }
        return outcome;
    }

    /** Sets a variable of the account, and removes it again. */
    @Test
    void aVariableOfTheAccountIsNotInARestoredVmThatWasCommittedBefore() {
        String commit = api.commit(create(Map.of()), "asmp-live-test", null, false);
        http.call("PUT", "/api/v1/env_vars", Mapping.builder().put("vars", Mapping.builder().put("ASMP_LIVE_TEST", "x")
                .build()).build(), VersHttp.CHANGING);
        try (VmTransports ssh = VmTransports.of(settings, api, folder, "ssh")) {
            String vm = api.restore(commit);
            made.add(vm);
            assertEquals(new Outcome.Exited(0), awaitSsh(ssh, vm));
            assertEquals(new Outcome.Exited(0),
                    ssh.exec(vm, Exec.script("! grep -q ASMP_LIVE_TEST /etc/environment")).outcome());
        } finally {
            http.call("DELETE", "/api/v1/env_vars/ASMP_LIVE_TEST", null, VersHttp.CHANGING);
        }
    }

    @Test
    void openingTheInputOfADeadAgentBlocksAndOpeningItBothWaysDoesNot() {
        String vm = create(Map.of());
        try (VmTransports ssh = VmTransports.of(settings, api, folder, "ssh")) {
            assertEquals(new Outcome.Exited(124), ssh.exec(vm, Exec.script(
                    "mkfifo /tmp/fifo && timeout 2 sh -c ': > /tmp/fifo'")).outcome());
            assertEquals(new Outcome.Exited(0), ssh.exec(vm, Exec.script(
                    "timeout 2 sh -c ': 1<> /tmp/fifo'")).outcome());
        }
    }

    @Test
    void commandsRunByBothWays() {
        String vm = create(Map.of());
        for (String way : List.of("api", "ssh")) {
            try (VmTransports transport = VmTransports.of(settings, api, folder, way)) {
                assertEquals(new Outcome.Exited(7), transport.exec(vm, Exec.script("exit 7")).outcome(), way);
            }
        }
    }

    @Test
    void aRestoredVmNamesItsCommit() {
        String commit = api.commit(create(Map.of()), "asmp-live-test", null, false);
        String vm = api.restore(commit);
        made.add(vm);
        assertEquals(commit, api.metadata(vm).text("parent_commit_id"));
    }
}
