package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.document.FileStamp;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Policy;
import dev.asmp.store.RefusedException;
import java.nio.file.FileSystems;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the policy admits, as a table: who claims, what is registered already, and what the answer is. */
class AdmissionTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final Manifest MAIL = Manifests.of("mail", "1");
    private static final Policy UNIQUE_PORTS = policy("unique_ports: true");

    private static Policy policy(String yaml) {
        return HostProfile.of(Yaml.read("{host_id: box, device_class: vm, policy: {" + yaml + "}}"),
                new Environment(Map.of("HOME", "/nowhere"), FileSystems.getDefault())).policy();
    }

    private static Manifest onPort(String name, int port) {
        return Manifest.of(Yaml.read("{asmp: '0.1', kind: service, name: " + name + ", description: d, capabilities: "
                + "{provides: [a.b]}, endpoints: [{protocol: http, host: 127.0.0.1, port: " + port + "}]}"));
    }

    private static Entry entry(Manifest manifest, Status status) {
        return new Entry(manifest, Mods.NONE, new EntryState(Sync.ANNOUNCE, status, 1, NOW, null, null, null), "box",
                new FileStamp(1, FileTime.fromMillis(1), FileTime.fromMillis(1), 1L));
    }

    private static Catalog inService(Manifest... manifests) {
        Catalog catalog = Catalog.empty(Registries.PLENTY);
        for (Manifest manifest : manifests) {
            catalog = catalog.with(entry(manifest, Status.REGISTERED));
        }
        return catalog;
    }

    private static Proposal proposal(Manifest manifest, Status status) {
        return new Proposal(entry(manifest, status), "digest", NOW, null);
    }

    private static RefusedException.@Nullable Reason refusal(Policy policy, Admission.By who, Manifest manifest,
            Catalog catalog) {
        try {
            Admission.check(policy, who, manifest, catalog);
            return null;
        } catch (RefusedException e) {
            return e.reason();
        } catch (InvalidDocumentException _) {
            return RefusedException.Reason.INVALID;
        }
    }

    @ParameterizedTest
    @CsvSource({
            // policy, who, reason
            "'',                           AGENT,", "agent_can_register: true,     AGENT,",
            "agent_can_register: false,    AGENT, FORBIDDEN", "agent_can_register: false,    SCAN,",
            "agent_can_register: false,    OWNER,", "allowed_ports: '7000-7999',   AGENT,",
            "allowed_ports: '8000-8999',   AGENT, INVALID", "allowed_ports: '8000-8999',   SCAN,  INVALID",
            "allowed_ports: '8000-8999',   OWNER, INVALID", "max_services: 1,              AGENT,",
            "max_services: 0,              AGENT, CONFLICT", "max_services: 0,              SCAN,  CONFLICT"})
    void aNewNameIsAdmittedOrRefused(String yaml, Admission.By who, RefusedException.@Nullable Reason expected) {
        assertEquals(expected, refusal(policy(yaml), who, MAIL, Catalog.empty(Registries.PLENTY)));
    }

    @Test
    void aFullRegistryTakesNoNewNamesAndGoesOnTakingKnownOnes() {
        Policy one = policy("max_services: 1");
        assertEquals(RefusedException.Reason.CONFLICT,
                refusal(one, Admission.By.AGENT, Manifests.of("post", "1"), inService(MAIL)));
        assertEquals(null, refusal(one, Admission.By.AGENT, MAIL, inService(MAIL)));
    }

    @Test
    void whatWaitsForTheOwnerTakesANameAndWhatWasRejectedTakesNone() {
        Policy one = policy("max_services: 1");
        Manifest post = Manifests.of("post", "1");
        Catalog waiting = Catalog.empty(Registries.PLENTY).withProposal(proposal(MAIL, Status.PENDING));
        assertEquals(RefusedException.Reason.CONFLICT, refusal(one, Admission.By.AGENT, post, waiting));
        assertEquals(null, refusal(one, Admission.By.AGENT, MAIL, waiting));
        Catalog rejected = Catalog.empty(Registries.PLENTY).withProposal(proposal(MAIL, Status.REJECTED));
        assertEquals(null, refusal(one, Admission.By.AGENT, post, rejected));
    }

    @Test
    void aProposedChangeOfAServiceDoesNotCountTwice() {
        Catalog catalog = inService(MAIL).withProposal(proposal(MAIL, Status.PENDING));
        assertEquals(null,
                refusal(policy("max_services: 2"), Admission.By.AGENT, Manifests.of("post", "1"), catalog));
    }

    @Test
    void aPortIsHeldByTheServiceThatIsRegisteredWithIt() {
        Catalog catalog = inService(onPort("a", 7500));
        RefusedException refused = assertThrows(RefusedException.class,
                () -> Admission.check(UNIQUE_PORTS, Admission.By.AGENT, onPort("b", 7500), catalog));
        assertTrue(String.valueOf(refused.getMessage()).contains("'a'"), refused.getMessage());
        assertDoesNotThrow(() -> Admission.check(UNIQUE_PORTS, Admission.By.AGENT, onPort("b", 7501), catalog));
        assertDoesNotThrow(() -> Admission.check(UNIQUE_PORTS, Admission.By.AGENT, onPort("a", 7500), catalog));
    }

    @Test
    void withoutThatPolicyAPortMayBeShared() {
        assertEquals(null, refusal(Policy.OPEN, Admission.By.AGENT, onPort("b", 7500), inService(onPort("a", 7500))));
    }

    @Test
    void whatIsStaleOrWaitsHoldsNoPort() {
        Catalog stale = Catalog.empty(Registries.PLENTY).with(entry(onPort("a", 7500), Status.STALE));
        assertEquals(null, refusal(UNIQUE_PORTS, Admission.By.AGENT, onPort("b", 7500), stale));
        Catalog waiting = Catalog.empty(Registries.PLENTY).withProposal(proposal(onPort("a", 7500), Status.PENDING));
        assertEquals(null, refusal(UNIQUE_PORTS, Admission.By.AGENT, onPort("b", 7500), waiting));
    }

    @Test
    void aServiceKeepsThePortThatItSharesAlready() {
        Catalog shared = inService(onPort("a", 7500), onPort("b", 7500));
        assertEquals(null, refusal(UNIQUE_PORTS, Admission.By.AGENT, onPort("b", 7500), shared));
        assertEquals(RefusedException.Reason.CONFLICT,
                refusal(UNIQUE_PORTS, Admission.By.AGENT, onPort("c", 7500), shared));
    }

    @Test
    void approvalIsNeededForANewContentOnly() {
        Policy approval = policy("requires_approval: true");
        Entry entry = entry(MAIL, Status.REGISTERED);
        assertTrue(Admission.needsApproval(approval, null, next(MAIL)));
        assertFalse(Admission.needsApproval(Policy.OPEN, null, next(MAIL)));
        assertFalse(Admission.needsApproval(approval, entry, next(MAIL)));
        assertFalse(Admission.needsApproval(approval, entry, next(Manifests.of("mail", "2"))),
                "a version only describes");
        assertTrue(Admission.needsApproval(approval, entry, next(Manifests.of("mail", "1", "fax.send"))));
    }

    private static Merge.Next next(Manifest manifest) {
        return new Merge.Next(manifest, Mods.NONE,
                new EntryState(Sync.ANNOUNCE, Status.REGISTERED, 2, NOW, null, null, null), true);
    }

    private static Entry from(String source) {
        return new Entry(MAIL, Mods.NONE, new EntryState(Sync.SCAN, Status.REGISTERED, 1, NOW, source, "d", null),
                "box", FileStamp.UNKNOWN);
    }

    private static RefusedException.@Nullable Reason takeover(Policy policy, Entry entry, String source) {
        try {
            EntryState next = new EntryState(Sync.SCAN, Status.REGISTERED, 2, NOW, source, "e", null);
            Admission.checkTakeover(policy, entry, new Merge.Next(MAIL, Mods.NONE, next, true));
            return null;
        } catch (RefusedException e) {
            return e.reason();
        }
    }

    @Test
    void aPinnedNameIsProvidedByItsFileAlone() {
        Policy pinned = policy("pin: {mail: /src/mail/asmp.yaml}");
        Catalog empty = Catalog.empty(Registries.PLENTY);
        RefusedException.Reason conflict = RefusedException.Reason.CONFLICT;
        assertEquals(conflict, refusal(pinned, Admission.By.AGENT, MAIL, empty));
        assertEquals(null, refusal(pinned, Admission.By.SCAN, MAIL, empty));
        assertEquals(null, refusal(pinned, Admission.By.OWNER, MAIL, empty));
        assertEquals(null, refusal(pinned, Admission.By.AGENT, Manifests.of("post", "1"), empty));
        assertEquals(conflict, refusal(pinned, Admission.By.AGENT, MAIL, empty.with(from("/src/other/asmp.yaml"))));
        assertEquals(null, refusal(pinned, Admission.By.AGENT, MAIL, empty.with(from("/src/mail/asmp.yaml"))));
    }

    @Test
    void aTakeoverIsRefusedByThePolicyOrByAPin() {
        Entry entry = from("/src/mail/asmp.yaml");
        RefusedException.Reason conflict = RefusedException.Reason.CONFLICT;
        assertEquals(null, takeover(Policy.OPEN, entry, "/src/other/asmp.yaml"));
        assertEquals(conflict, takeover(policy("takeover: refuse"), entry, "/src/other/asmp.yaml"));
        Policy pinned = policy("takeover: refuse, pin: {mail: /src/other/asmp.yaml}");
        assertEquals(null, takeover(pinned, entry, "/src/other/asmp.yaml"));
        assertEquals(conflict, takeover(pinned, entry, "/src/third/asmp.yaml"));
    }

    @Test
    void aFullIndexSaysHowFullItIs() {
        RefusedException full = Admission.indexIsFull(319L << 20, 320L << 20);
        assertEquals(RefusedException.Reason.CONFLICT, full.reason());
        assertEquals("the index is full: it holds 319 MB of 320 MB; remove services or make their manifests smaller",
                full.getMessage());
    }
}
