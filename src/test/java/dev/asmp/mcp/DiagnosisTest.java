package dev.asmp.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.wire.Reply;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reason why a service or capability is not found, or not as it should be, from the routes of a real daemon. */
class DiagnosisTest {
    private static final String MISS = "{\"capability\": \"fax.send\"}";
    private static final String NAME = "{\"name\": \"fax\"}";

    @Test
    void aPendingServiceIsNamedByItsNameAndByItsCapability(@TempDir Path folder) throws Exception {
        try (DaemonRegistry registry = new DaemonRegistry(folder, "policy: {requires_approval: true}\n")) {
            Talk talk = new Talk(registry);
            String registered = talk.told("service_register",
                    "{\"name\": \"fax\", \"description\": \"d\", \"provides\": [\"fax.send\"]}");
            assertTrue(registered.startsWith("fax is pending") && registered.contains("asmp approve fax"), registered);
            String miss = talk.told("service_find", MISS);
            assertTrue(miss.contains("fax would, after approval (asmp approve fax)."), miss);
            assertTrue(talk.told("service_find", "{\"capability\": \"fax.*\"}").contains("asmp approve fax"));
            String byName = talk.told("service_find", "{\"capability\": \"fax\"}");
            assertTrue(byName.contains("fax waits for approval"), byName);
            assertTrue(talk.told("service_get", NAME).contains("\nproblem: fax waits for approval"));
            assertTrue(talk.told("service_health", NAME).startsWith("fax is pending\nfax waits for approval"));
            assertTrue(talk.told("service_health", "{}").contains("3 pending"), talk.told("service_health", "{}"));
        }
    }

    @Test
    void aManifestThatPolicyKeepsOutIsNamed(@TempDir Path folder) throws Exception {
        try (DaemonRegistry registry = new DaemonRegistry(folder, "policy: {allowed_ports: \"7000-7999\"}\n")) {
            Talk talk = new Talk(registry);
            registry.daemon.write("fax", "asmp: '0.1'\nkind: service\nname: fax\ncapabilities:"
                    + " {provides: [fax.send]}\nendpoints: [{protocol: http, host: 127.0.0.1, port: 9100}]\n");
            talk.done("service_scan", "{}");
            for (String said : new String[]{talk.failed("service_get", NAME), talk.failed("service_health", NAME),
                    talk.told("service_find", "{\"capability\": \"fax\"}")}) {
                assertTrue(
                        said.contains("A manifest of 'fax' exists, but is not registered: ") && said.contains("9100"),
                        said);
            }
        }
    }

    @Test
    void aManifestThatBrokeSinceIsNamed(@TempDir Path folder) throws Exception {
        try (DaemonRegistry registry = new DaemonRegistry(folder)) {
            Talk talk = new Talk(registry);
            registry.daemon.write("fax", Manifests.yaml("fax", "1", "fax.send"));
            talk.done("service_scan", "{}");
            registry.daemon.write("fax", "asmp: [");
            String scan = talk.told("service_scan", "{}");
            assertTrue(scan.lines().count() == 2 && scan.contains("asmp.yaml: "), scan);
            for (String said : new String[]{talk.told("service_get", NAME), talk.told("service_health", NAME)}) {
                assertTrue(said.contains("Its manifest has a problem: "), said);
            }
        }
    }

    @Test
    void theReasonOfADegradedRegistryIsSaid() {
        Talk talk = new Talk(_ -> new Reply(200, Talk
                .bytes("""
                        {"host": "box", "status": "degraded", "total": 2, "healthy": 1, "unhealthy": 0, "unchecked": 1, "stale": 1,
                         "pending": 0, "reason": "changes cannot be saved: the disk is full"}""")));
        assertEquals("box is degraded; 2 services: 1 healthy, 0 unhealthy, 1 unchecked, 1 stale\n"
                + "changes cannot be saved: the disk is full", talk.told("service_health", "{}"));
    }
}
