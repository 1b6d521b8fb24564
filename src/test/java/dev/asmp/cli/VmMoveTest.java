package dev.asmp.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.Until;
import dev.asmp.cli.Asmp.Run;
import dev.asmp.etcd.EtcdMembers;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
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
            done(asmp(embedded).run("vm", "export", file), "wrote 3 VMs to " + file + "; records of agents");
            theRecordsMoveWithTheFleet(embedded, one);
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
            aReaderOfEventsIsTold(one, two);
        }
    }

    /** The owner of each daemon runs the command with that daemon's state folder. */
    private void theRecordsMoveWithTheFleet(RunningDaemon embedded, RunningDaemon one) throws Exception {
        String file = folder.resolve("records.jsonl").toString();
        String records = """
                {"records":[{"key":"agent/lt-1","facts":{"id":"lt-1","holder":"test-box"}},
                    {"key":"commit/c0ffee","facts":{"vm":"a"}},{"key":"vm/gone","facts":{"parent":"b"}},
                    {"key":"vm/d","facts":{"parent":"a"}}]}""";
        assertEquals(401, embedded.json("POST", "/fleet/records", records).status());
        assertEquals("{\"added\":4,\"kept\":0}", embedded.asOwner("POST", "/fleet/records", records, null).text());
        done(asmp(embedded).run("vm", "register", "d", "--name", "d", "--role", "worker", "--address", "x"), "d");
        done(owner(embedded).run("vm", "export", file), "wrote 4 VMs and 4 records of VMs, agents and commits");
        Run refused = asmp(one).run("vm", "import", file);
        assertEquals(1, refused.status());
        assertTrue(refused.err().contains("nothing was imported"), refused.err());
        Run taken = owner(one).run("vm", "import", file);
        done(taken, "added 4 VMs");
        done(taken, "added 4 records of VMs, agents and commits");
        done(owner(one).run("vm", "import", file), "added 0 VMs; 4 were registered already");
        String back = folder.resolve("records-back.jsonl").toString();
        done(owner(one).run("vm", "export", back), "and 4 records");
        assertEquals(Files.readString(Path.of(file), UTF_8), Files.readString(Path.of(back), UTF_8));
        assertTrue(one.get("/registry/vms/d").text().contains("\"fleet\":{\"parent\":\"a\"}"));
        for (String id : new String[]{"c", "a", "b", "d"}) {
            done(asmp(one).run("vm", "rm", id), id);
        }
        done(asmp(embedded).run("vm", "rm", "d"), "d");
    }

    private Asmp owner(RunningDaemon daemon) throws Exception {
        return new Asmp(folder).with("VERS_INFRA_URL", daemon.url()).with("ASMP_HOME", daemon.home().toString());
    }

    private static void aReaderOfEventsIsTold(RunningDaemon one, RunningDaemon two) throws Exception {
        String id = firstEvent(one, "?recent=1", null).replaceAll("(?s).*id: ?([0-9]+).*", "$1");
        assertTrue(firstEvent(two, "", id).contains("event: reset"), "it comes from another process");
    }

    private static String firstEvent(RunningDaemon daemon, String query, @Nullable String last) throws Exception {
        URLConnection events = URI.create(daemon.url() + "/registry/events" + query).toURL().openConnection();
        if (last != null) {
            events.setRequestProperty("Last-Event-ID", last);
        }
        StringBuilder event = new StringBuilder();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(events.getInputStream(), UTF_8))) {
            for (String line = lines.readLine(); line != null && !(line.isEmpty()
                    && event.indexOf("data:") >= 0); line = lines.readLine()) {
                event.append(line).append('\n');
            }
        }
        return event.toString();
    }

    private static void seenFromOutside(RunningDaemon one, RunningDaemon two) throws Exception {
        String index = one.get("/registry/vms").response().headers().firstValue("X-Asmp-Index").orElseThrow();
        assertEquals(200, two.get("/registry/vms?wait=5s&index=" + index).status());
        assertEquals(503, two.get("/registry/vms?wait=1ms&index=99999999").status());
        assertTrue(one.get("/metrics").text().contains("asmp_etcd_transactions_total{outcome=\"committed\"} "));
    }
}
