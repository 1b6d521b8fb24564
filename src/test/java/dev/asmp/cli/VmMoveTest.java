package dev.asmp.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.Until;
import dev.asmp.cli.Asmp.Run;
import dev.asmp.etcd.EtcdMembers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fleet moves from a file into etcd and back, by commands; and what daemons whose fleet is in etcd say. */
@Timeout(60)
class VmMoveTest {
    @TempDir
    private Path folder;

    private Asmp asmp(RunningDaemon... daemons) throws Exception {
        StringBuilder urls = new StringBuilder("http://127.0.0.1:1");
        for (RunningDaemon daemon : daemons) {
            urls.append(',').append(daemon.url());
        }
        return new Asmp(folder).with("VERS_INFRA_URL", urls.toString());
    }

    private RunningDaemon daemon(String name, EtcdMembers etcd) throws Exception {
        return new RunningDaemon(Files.createDirectories(folder.resolve(name)), TestClock.somewhen(),
                "fleet: {store: {etcd: {endpoints: [" + etcd.endpoints().getFirst() + "]}}}\n");
    }

    private static void done(Run run, String out) {
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains(out), run.out());
    }

    @Test
    void aFleetMovesIntoEtcdAndBack() throws Exception {
        String file = folder.resolve("fleet.jsonl").toString();
        String again = folder.resolve("again.jsonl").toString();
        try (EtcdMembers etcd = new EtcdMembers(folder, 1);
                RunningDaemon embedded = new RunningDaemon(Files.createDirectories(folder.resolve("a")),
                        TestClock.somewhen(), "");
                RunningDaemon one = daemon("b", etcd);
                RunningDaemon two = daemon("c", etcd)) {
            for (String id : new String[]{"c", "a", "b"}) {
                done(asmp(embedded).run("vm", "register", id, "--name", id, "--role", "worker", "--address", "x"), id);
            }
            embedded.json("PATCH", "/registry/vms/c", "{\"metadata\":{\"token\":\"hunter2\"}}");
            done(asmp(embedded).run("vm", "export", file), "wrote 3 VMs");
            assertEquals(1, asmp(embedded).run("vm", "export", file).status(), "it replaces nothing");
            done(asmp(one, two).run("vm", "import", file), "added 3 VMs");
            done(asmp(one, two).run("vm", "import", file), "added 0 VMs; 3 were registered already");
            Until.holds(() -> two.get("/registry/vms").text().contains("\"count\":3"), () -> "the other shows them");
            done(asmp(two).run("vm", "export", again), "wrote 3 VMs");
            assertEquals(Files.readString(Path.of(file), UTF_8), Files.readString(Path.of(again), UTF_8));
            assertTrue(Files.readString(Path.of(again), UTF_8).contains("{\"token\":\"hunter2\"}"));
            done(asmp(two).run("vm", "status"), "leader");
            done(asmp(embedded).run("vm", "status"), "a file of that host");
            done(asmp(one).run("vm", "rm", "a"), "a");
            done(asmp(embedded).run("vm", "rm", "b"), "b");
            Run refused = asmp(one).run("vm", "import", folder.resolve("fleet.jsonl").toString());
            assertEquals(0, refused.status(), refused.err());
            done(asmp(embedded).run("vm", "register", "d", "--name", "d", "--role", "worker", "--address", "x"), "d");
            Run other = asmp(embedded).run("vm", "import", file);
            assertEquals(1, other.status());
            assertTrue(other.err().contains("holds another fleet already ('d' is not in the file)"), other.err());
            done(asmp(embedded).run("vm", "import", "--merge", file), "added 1 VM; 2 were registered already");
            seenFromOutside(one, two);
        }
    }

    private static void seenFromOutside(RunningDaemon one, RunningDaemon two) throws Exception {
        String index = one.get("/registry/vms").response().headers().firstValue("X-Asmp-Index").orElseThrow();
        assertEquals(200, two.get("/registry/vms?wait=5s&index=" + index).status());
        assertEquals(503, two.get("/registry/vms?wait=1ms&index=99999999").status());
        assertTrue(one.get("/metrics").text().contains("asmp_etcd_transactions_total{outcome=\"committed\"} "));
    }
}
