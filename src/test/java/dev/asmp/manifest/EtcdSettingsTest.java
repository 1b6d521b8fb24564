package dev.asmp.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Yaml;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EtcdSettingsTest {
    private static HostProfile profile(String fleet) {
        return HostProfile.of(Yaml.read(("asmp: '0.1'\nkind: host\nhost_id: h\ndevice_class: vm\nfleet: " + fleet)
                .getBytes(StandardCharsets.UTF_8)),
                new Environment(Map.of("HOME", "/home/me"), FileSystems.getDefault()));
    }

    private static String refusal(String fleet) {
        return String.valueOf(assertThrows(InvalidDocumentException.class, () -> profile(fleet)).getMessage());
    }

    @Test
    void withoutAStoreTheFleetIsAFile() {
        assertNull(profile("{self: true}").fleet().etcd());
        assertNull(profile("{store: }").fleet().etcd());
    }

    @Test
    void membersPrefixFilesAndUserAreRead() {
        EtcdSettings etcd = profile("{store: {etcd: {endpoints: ['https://a:2379', 'http://127.0.0.1:1/'], prefix: /x/,"
                + " ca: ~/ca.pem, cert: /c.pem, key: /k.pem, user: me, password_file: /p}}}").fleet().etcd();
        assertEquals(new EtcdSettings(List.of(URI.create("https://a:2379"), URI.create("http://127.0.0.1:1")), "/x",
                Path.of("/home/me/ca.pem"), Path.of("/c.pem"), Path.of("/k.pem"), "me", Path.of("/p")), etcd);
        EtcdSettings usual = profile("{store: {etcd: {endpoints: http://a:2379}}}").fleet().etcd();
        assertNotNull(usual);
        assertEquals("/asmp/fleets/main", usual.prefix());
    }

    @Test
    void whatCannotBeUsedIsNamed() {
        assertTrue(refusal("{store: consul}").contains("fleet.store"));
        assertTrue(refusal("{store: {etcd: {}}}").contains("fleet.store.etcd.endpoints"));
        for (String address : List.of("etcd-1:2379", "http://a", "ftp://a:1", "http://me:secret@a:1",
                "http://a:1/v3")) {
            assertTrue(refusal("{store: {etcd: {endpoints: ['" + address + "']}}}").contains("is not an address"),
                    address);
        }
        String start = "{store: {etcd: {endpoints: ['http://a:1'], ";
        assertTrue(refusal(start + "prefix: x}}}").contains("fleet.store.etcd.prefix"));
        assertTrue(refusal(start + "cert: /c}}}").contains("both cert and key"));
        assertTrue(refusal(start + "user: me}}}").contains("both user and password_file"));
    }
}
