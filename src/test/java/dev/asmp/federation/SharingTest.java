package dev.asmp.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.FederationSettings.Share;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one host tells another. */
class SharingTest {
    private static Mapping entry(String yaml) {
        return (Mapping) Yaml.read(yaml);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{port: 80} | false", "{host: 127.0.0.1, port: 80} | false",
            "{host: localhost, port: 80} | false", "{host: '::1', port: 80} | false",
            "{host: 0.0.0.0, port: 80} | true",
            "{host: 192.0.2.1, port: 80} | true", "{host: 192.0.2.1, port: 80, visibility: loopback} | false",
            "{host: 192.0.2.1, port: 80, visibility: local} | false", "{port: 80, visibility: lan} | true",
            "{port: 80, visibility: public} | true", "{protocol: cli, visibility: public} | false",
            "{url: 'http://127.0.0.1:80/x'} | false", "{url: 'http://box.lan/x'} | true", "{url: 'not a url'} | false"})
    void anEndpointIsForOthersWhenTheyCanReachIt(String endpoint, boolean isShared) {
        Mapping entry = entry("{name: mail, endpoints: [" + endpoint + "]}");
        assertEquals(isShared, Sharing.shared(entry, Share.LAN) != null);
        assertNull(Sharing.shared(entry, Share.NONE));
        assertEquals(entry, Sharing.shared(entry, Share.ALL));
    }

    @Test
    void onlyEndpointsForOthersGoWithAService() {
        Mapping told = Sharing.shared(entry("{name: a, endpoints: [{port: 1}, {host: 192.0.2.1, port: 2}, text]}"),
                Share.LAN);
        assertEquals("{\"name\":\"a\",\"endpoints\":[{\"host\":\"192.0.2.1\",\"port\":2}]}", json(told));
    }

    @Test
    void pathsCommandsAndDigestsStay() {
        Mapping told = Sharing
                .shared(entry("{name: a, source: /x, run: {command: y}, runtime: {}, lifecycle: {start: z},"
                        + " logs: /l, data: {stores: [1], sensitivity: low}, secret: {env_var: K, digest: d}, approval: {},"
                        + " problem: p, description: d}"), Share.ALL);
        assertEquals("{\"name\":\"a\",\"data\":{\"sensitivity\":\"low\"},\"secret\":{\"env_var\":\"K\"},"
                + "\"description\":\"d\"}", json(told));
    }

    @Test
    void fromElsewhereLoopbackIsOutOfReachAndAnyAddressIsTheHosts() {
        Mapping seen = Mapping.builder()
                .put("e", Sharing.seenFrom(entry("{endpoints: [{port: 1}, {host: 0.0.0.0, port: 2},"
                        + " {port: 3, visibility: lan}, {host: b, port: 4, reachable: false}, 7]}").list("endpoints"),
                        "mini"))
                .build();
        assertEquals(
                "{\"e\":[{\"port\":1,\"reachable\":false},{\"host\":\"mini\",\"port\":2},{\"port\":3,\"visibility\":"
                        + "\"lan\",\"host\":\"mini\"},{\"host\":\"b\",\"port\":4}]}",
                json(seen));
    }

    private static String json(@Nullable Mapping mapping) {
        return new String(Json.write(Objects.requireNonNull(mapping)), StandardCharsets.UTF_8);
    }
}
