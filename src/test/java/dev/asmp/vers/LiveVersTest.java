package dev.asmp.vers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
@EnabledIfEnvironmentVariable(named = "ASMP_LIVE_VERS", matches = "1")
class LiveVersTest {
    @TempDir
    private Path folder;
    private final List<String> made = new ArrayList<>();
    private VersSettings settings;
    private VersApi api;

    @BeforeEach
    void begin() {
        Environment environment = Environment.ofProcess();
        settings = VersSettings.of(environment);
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
