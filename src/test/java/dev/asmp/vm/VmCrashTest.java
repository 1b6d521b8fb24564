package dev.asmp.vm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Registries;
import dev.asmp.document.Mapping;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed in the middle of its work has lost nothing that it had answered, and nothing removed is back. */
class VmCrashTest {
    private static final int ROUNDS = 6;
    private static final int THREADS = 4;
    private static final int IDS_A_THREAD = 8;
    private static final Random RANDOM = new Random();

    /** The victim: says each answer on a line of its own, the id and its state after that, or before it what is tried. */
    static final class Victim {
        private final EmbeddedVmStore store;

        private Victim(Path file) throws IOException {
            store = new EmbeddedVmStore(file, InstantSource.system(), System::nanoTime, Registries.queue(), 1L << 30,
                    Victim::say);
        }

        public static void main(String[] args) throws IOException {
            Victim victim = new Victim(Path.of(args[0]));
            for (int i = 0; i < THREADS; i++) {
                int number = i;
                Thread.ofPlatform().start(() -> victim.work(number));
            }
        }

        private static void say(String line) {
            synchronized (System.out) {
                System.out.println(line);
                System.out.flush();
            }
        }

        private void work(int number) {
            for (int sequence = 0;; sequence++) {
                String id = number + "-" + RANDOM.nextInt(IDS_A_THREAD);
                String state = number + "." + sequence + "." + System.nanoTime();
                if (store.get(id) == null) {
                    say("try " + id + " " + state);
                    store.register(Vms.named(id, state));
                    say("is " + id + " " + state);
                } else if (RANDOM.nextInt(4) == 0) {
                    say("try " + id + " -");
                    store.remove(id);
                    say("is " + id + " -");
                } else {
                    say("try " + id + " " + state);
                    store.patch(id, new VmPatch(state, null, null, null,
                            new VmPatch.Replacement<>(Mapping.builder().put("x", "y".repeat(20_000)).build())));
                    store.heartbeat(id);
                    say("is " + id + " " + state);
                }
            }
        }
    }

    /** What was said about one id: what it surely was, and what it may have become since. */
    private static final class Said {
        private String known = "-";
        private String tried = "-";
    }

    @Test
    void whatWasAnsweredIsThereAfterAKill(@TempDir Path folder) throws Exception {
        Path file = folder.resolve(EmbeddedVmStore.FILE);
        Map<String, Said> all = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            int answers = workAndDie(file, all);
            assertTrue(answers > 0, "nothing was done in round " + round);
            List<String> log = new ArrayList<>();
            try (EmbeddedVmStore store = new EmbeddedVmStore(file, InstantSource.system(), System::nanoTime,
                    Registries.queue(), 1L << 30,
                    log::add)) {
                all.forEach((id, said) -> check(id, said, store.get(id)));
                assertEquals(all.values().stream().filter(said -> !said.known.equals("-")).count(),
                        store.list(VmQuery.ALL).vms().size());
            }
            assertTrue(log.stream().allMatch(line -> line.contains("the last record was not written to its end")),
                    log::toString);
        }
    }

    private static int workAndDie(Path file, Map<String, Said> all) throws IOException, InterruptedException {
        Process victim = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), "-XX:TieredStopAtLevel=1", Victim.class.getName(),
                file.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        int answers = 0;
        long[] killAt = {Long.MAX_VALUE};
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(victim.getInputStream(), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers += take(line, all);
                if (answers > 0 && killAt[0] == Long.MAX_VALUE) {
                    killAt[0] = System.nanoTime() + RANDOM.nextLong(800_000_000L);
                }
                if (System.nanoTime() > killAt[0]) {
                    victim.toHandle().destroyForcibly(); // the process's own would close what it still says
                }
            }
        }
        assertTrue(victim.waitFor(10, TimeUnit.SECONDS));
        return answers;
    }

    private static int take(String line, Map<String, Said> all) {
        String[] words = line.split(" ", -1);
        if (words.length != 3) {
            return 0; // the log, or a line that was cut off with the process
        }
        Said said = all.computeIfAbsent(words[1], _ -> new Said());
        said.tried = words[2];
        if (words[0].equals("is")) {
            said.known = words[2];
            return 1;
        }
        return 0;
    }

    private static void check(String id, Said said, @Nullable VmEntry found) {
        String state = found == null ? "-" : found.name();
        assertTrue(state.equals(said.known) || state.equals(said.tried),
                () -> id + " is " + state + ", but was answered " + said.known + ", and last tried " + said.tried);
        said.known = state;
        said.tried = state;
    }
}
