package dev.asmp.vers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import dev.asmp.manifest.Environment;
import dev.asmp.vers.FakeVersApi.Fault;
import dev.asmp.vers.FakeVersApi.Reading;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class VersApiTest {
    @TempDir
    private Path folder;
    private FakeVersApi fake;
    private VersApi api;

    @BeforeEach
    void begin() throws IOException {
        fake = new FakeVersApi(folder.resolve("vers"));
        api = api(fake.url());
    }

    @AfterEach
    void end() {
        fake.close();
    }

    private VersApi api(String url) {
        return new VersApi(VersSettings.of(environment(Map.of(VersSettings.BASE_URL, url))), () -> FakeVersApi.KEY);
    }

    private Environment environment(Map<String, String> more) {
        Map<String, String> variables = new TreeMap<>(more);
        variables.put("HOME", folder.toString());
        return new Environment(variables, FileSystems.getDefault());
    }

    @Test
    void aVmLivesFromCreationToDeletion() {
        String vm = api.createRoot(new VersApi.Root(2, null, null, null, Map.of("a", "b")), true);
        assertEquals(Map.of("a", "b"), api.list().getFirst().labels());
        api.pause(vm);
        assertTrue(api.status(vm).isPaused());
        api.resume(vm);
        assertTrue(api.status(vm).isRunning());
        String commit = api.commit(vm, "n", "what for", false);
        String copy = api.restore(commit);
        assertEquals(commit, api.metadata(copy).text("parent_commit_id"));
        api.label(copy, Map.of("c", "d"));
        assertEquals(Map.of("c", "d"), api.status(copy).labels());
        assertEquals(3, api.branch(vm, 3).size());
        fake.reads(Reading.BRANCHES_ARE_ANSWERED_AS_BEFORE);
        assertEquals(1, api.branch(vm, 1).size());
        fake.live().forEach(api::delete);
        assertEquals(List.of(), fake.live());
        assertEquals(6, fake.created());
    }

    @Test
    void theAddressMayEndInItsVersion() {
        String bare = fake.url().replace("/api/v1", "");
        for (String url : List.of(bare, bare + "/", fake.url(), fake.url() + "/")) {
            assertEquals(List.of(), api(url).list());
        }
        assertEquals("vm.staging.vers.sh",
                VersSettings.of(environment(Map.of(VersSettings.BASE_URL, "https://api.staging.vers.sh"))).domain());
    }

    @Test
    void errorsKeepTheirStatusAndTheirWordsInAllShapes() {
        VersApi stranger = new VersApi(VersSettings.of(environment(Map.of(VersSettings.BASE_URL, fake.url()))),
                () -> null);
        VersException plain = assertThrows(VersException.class, stranger::list);
        assertEquals(403, plain.status());
        assertEquals("Forbidden: bad or missing API key", plain.body());
        assertEquals("GET", plain.method());
        assertEquals(404, assertThrows(VersException.class, () -> api.status("no-such")).status());
        assertEquals(400, assertThrows(VersException.class, () -> api.status("x")).status());
        String vm = api.createRoot(new VersApi.Root(null, null, null, null, Map.of()), false);
        fake.arm("POST /vm/.*/branch", Fault.refused(200, "{\"vms\":[],\"error\":\"no capacity\"}"),
                Fault.refused(500, "{\"vms\":[],\"error\":\"no capacity\"}"), Fault.refused(500, "x".repeat(9_000)));
        assertEquals("no capacity", assertThrows(VersException.class, () -> api.branch(vm, 1)).body());
        assertEquals("no capacity", assertThrows(VersException.class, () -> api.branch(vm, 1)).body());
        assertTrue(assertThrows(VersException.class, () -> api.branch(vm, 1)).body().length() < 5_000);
        assertEquals(1, fake.live().size());
    }

    @Test
    void readingIsTriedAgainAndChangingIsNot() {
        fake.arm("GET /vms", Fault.refused(500, "oops"), Fault.refused(503, "oops"));
        assertEquals(List.of(), api.list());
        fake.arm("POST /vm/new_root", Fault.doneAndCut());
        VersException lost = assertThrows(VersException.class,
                () -> api.createRoot(new VersApi.Root(null, null, null, null, Map.of()), false));
        assertTrue(lost.mayHaveHappened());
        assertEquals(1, fake.created());
    }

    @Test
    void whatIsNotAnsweredInTimeMayHaveHappened() {
        fake.arm("POST /vm/new_root", Fault.doneAndSilent());
        VersHttp http = new VersHttp(fake.url().replace("/api/v1", ""), () -> FakeVersApi.KEY);
        assertTrue(assertThrows(VersException.class, () -> http.call("POST", "/api/v1/vm/new_root", Mapping.EMPTY,
                Duration.ofMillis(150))).mayHaveHappened());
        assertEquals(1, fake.created());
    }

    @Test
    void statesAreReadInAnyCaseAndUnknownOnesKept() {
        assertTrue(VersVm.of(Mapping.builder().put("state", "Paused").build()).isPaused());
        assertEquals("unknown(Frozen)", VersVm.of(Mapping.builder().put("state", "Frozen").build()).state());
        assertEquals("unknown()", VersVm.of(Mapping.EMPTY).state());
    }

    @Test
    void theKeyOfAVmIsAFileForItsOwnerAlone() throws IOException {
        String vm = api.createRoot(new VersApi.Root(null, null, null, null, Map.of()), false);
        Path state = folder.resolve("state");
        Path file = SshKeyFile.write(state, vm, api.sshKey(vm));
        assertEquals(vm + ".pem", file.getFileName().toString());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
        assertThrows(IllegalArgumentException.class, () -> SshKeyFile.write(state, "../x", api.sshKey(vm)));
        SshKeyFile.delete(state, vm);
        Files.delete(file.getParent());
        Files.createSymbolicLink(file.getParent(), Files.createDirectory(folder.resolve("elsewhere")));
        assertThrows(IOException.class, () -> SshKeyFile.write(state, vm, api.sshKey(vm)));
    }

    @Test
    void aVmThatIsMissingIsDeletedAndAForeignOneIsNot() {
        api.delete("no-such");
        String foreign = fake.add("another-owner", Map.of());
        assertEquals(403, assertThrows(VersException.class, () -> api.delete(foreign)).status());
        assertEquals(1, api.list().size());
    }

    @Test
    void theKeyIsFoundInOneOrderAndSavedForItsOwnerAlone() throws IOException {
        VersKey key = new VersKey(environment(Map.of("ASMP_HOME", folder.resolve("state").toString())));
        assertEquals(null, key.get());
        Files.writeString(folder.resolve(".versrc"), "{\"apiKey\":\"d\"}");
        assertEquals("d", key.get());
        Files.createDirectories(folder.resolve(".vers"));
        Files.writeString(folder.resolve(".vers/config.json"), "{\"update_check\":{},\"api_key\":\"c\"}");
        assertEquals("c", key.get());
        Files.writeString(folder.resolve(".vers/keys.json"), "{\"keys\":{\"VERS_API_KEY\":\"b\"}}");
        assertEquals("b", key.get());
        key.save("first", null);
        Files.writeString(key.file(), "{\"api_key\":\"first\",\"other\":1}");
        key.save(FakeVersApi.KEY, "me@example.com");
        assertEquals(FakeVersApi.KEY, key.get());
        assertEquals("{\"api_key\":\"" + FakeVersApi.KEY + "\",\"other\":1,\"email\":\"me@example.com\"}",
                Files.readString(key.file()));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key.file())));
        assertEquals("rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(key.file().getParent())));
        assertFalse(key.find().toString().contains(FakeVersApi.KEY.substring(8)));
        assertEquals("a", new VersKey(environment(Map.of(VersKey.VARIABLE, "a"))).get());
    }
}
