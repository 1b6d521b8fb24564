package dev.asmp.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Durations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What manifests declare about their health, and what becomes of it. */
class ProbeSpecTest {
    static Mapping manifest(String health) {
        return (Mapping) Yaml.read("name: x\nhealth: " + health);
    }

    private static ProbeSpec.Probe probe(String health) {
        return assertInstanceOf(ProbeSpec.Probe.class, ProbeSpec.of(manifest(health)));
    }

    private static String reason(String health) {
        String reason = assertInstanceOf(ProbeSpec.Unprobed.class, ProbeSpec.of(manifest(health))).reason();
        assertNotNull(reason);
        return reason;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "~", "{}", "null"})
    void noDeclarationIsNoProbeAndNoComplaint(String health) {
        assertEquals(ProbeSpec.NONE, ProbeSpec.of(manifest(health)));
        assertEquals(ProbeSpec.NONE, ProbeSpec.of(Mapping.EMPTY));
    }

    @Test
    void theProtocolsExampleIsTaken() {
        ProbeSpec.Probe probe = probe(
                "{method: http, target: 'http://127.0.0.1:7100/health', interval: 30s, timeout: 2s}");
        assertEquals(new ProbeSpec.Probe(new ProbeTarget(ProbeTarget.Scheme.HTTP, "127.0.0.1", 7100, "/health"),
                Duration.ofSeconds(30), Duration.ofSeconds(2)), probe);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
            // method | target | scheme, host, port, path | what the request names as host
            "http | http://127.0.0.1:7100/health    | HTTP 127.0.0.1 7100 /health      | 127.0.0.1:7100",
            "http | http://localhost                | HTTP localhost 80 /              | localhost",
            "HTTP | HTTP://LocalHost:80?a=b#c       | HTTP LocalHost 80 /?a=b          | LocalHost",
            "http | https://box.lan/x               | HTTPS box.lan 443 /x             | box.lan",
            "http | https://box.lan:80/x            | HTTPS box.lan 80 /x              | box.lan:80",
            "http | http://[::1]:7100/a%0d%0ab      | HTTP ::1 7100 /a%0d%0ab          | [::1]:7100",
            "http | http://my_service:8080/         | HTTP my_service 8080 /           | my_service:8080",
            "http | http://0.0.0.0:7100/            | HTTP 0.0.0.0 7100 /              | 0.0.0.0:7100",
            "tcp  | 127.0.0.1:7430                  | TCP 127.0.0.1 7430 -             | 127.0.0.1:7430",
            "tcp  | '  localhost:1  '               | TCP localhost 1 -                | localhost:1",
            "tcp  | [::1]:65535                     | TCP ::1 65535 -                  | [::1]:65535",
            "tcp  | tcp://box:5432                  | TCP box 5432 -                   | box:5432"})
    void targetsAreTakenApart(String method, String target, String parts, String authority) {
        ProbeTarget taken = probe("{method: " + method + ", target: '" + target + "'}").target();
        String path = taken.path().isEmpty() ? "-" : taken.path();
        assertEquals(parts, taken.scheme() + " " + taken.host() + " " + taken.port() + " " + path);
        assertEquals(authority, taken.authority());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "soon                                                    | health: must be a mapping",
            "[http]                                                  | health: must be a mapping",
            "{target: 'http://127.0.0.1/'}                           | health.method: must be http, tcp or llm_ping",
            "{method: [http], target: 'http://127.0.0.1/'}           | health.method: must be http, tcp or llm_ping",
            "{method: launchctl, target: 'https://example.org/'}     | health.method: 'launchctl' is not probed; http, tcp and llm_ping are",
            "{method: exec, target: 'rm -rf /'}                      | health.method: 'exec' is not probed",
            "{method: http}                                          | health.target: must be a URL such as",
            "{method: tcp}                                           | health.target: must be host:port",
            "{method: tcp, target: {host: a, port: 1}}               | health.target: must be host:port",
            "{method: http, target: ''}                              | health.target: '' is not a URL",
            "{method: http, target: banana}                          | health.target: 'banana' is not a URL",
            "{method: http, target: /health}                         | health.target: '/health' is not a URL",
            "{method: http, target: '127.0.0.1:7100/health'}         | is not a URL such as http://127.0.0.1:7100/health",
            "{method: http, target: 'localhost:7100/health'}         | is not a URL such as http://127.0.0.1:7100/health",
            "{method: http, target: 'file:///etc/passwd'}            | only http:// and https:// are probed",
            "{method: http, target: 'ftp://127.0.0.1/'}              | only http:// and https:// are probed",
            "{method: http, target: 'jar:http://127.0.0.1!/x'}       | only http:// and https:// are probed",
            "{method: http, target: 'http:7100'}                     | is not a URL",
            "{method: http, target: 'http:///x'}                     | is not a URL",
            "{method: http, target: 'http://:80/'}                   | is not a URL",
            "{method: http, target: 'http://127.0.0.1:0/'}           | with a port from 1 to 65535",
            "{method: http, target: 'http://127.0.0.1:65536/'}       | with a port from 1 to 65535",
            "{method: http, target: 'http://127.0.0.1:-1/'}          | is not a URL",
            "{method: http, target: 'http://127.0.0.1:http/'}        | is not a URL",
            "{method: http, target: 'http://[::1/'}                  | is not a URL",
            "{method: http, target: 'http://[fe80::1%25eth0]:1/'}    | is not a URL",
            "{method: http, target: 'http://a b/'}                   | blanks and characters beyond ASCII",
            "{method: http, target: 'http://127.0.0.1/a b'}          | blanks and characters beyond ASCII",
            "{method: http, target: 'http://127.0.0.1/prüfung'}      | blanks and characters beyond ASCII",
            "{method: http, target: `http://127.0.0.1/\\r\\nX: y`}   | blanks and characters beyond ASCII",
            "{method: http, target: `http://127.0.0.1\\r\\nX: y/`}   | blanks and characters beyond ASCII",
            "{method: http, target: `http://127.0.0.1/\\0`}          | blanks and characters beyond ASCII",
            "{method: http, target: `http://127.0.0.1/\\u2028x`}     | blanks and characters beyond ASCII",
            "{method: http, target: 'http://127.0.0.1\\@x/'}         | is not a URL",
            "{method: tcp, target: 7430}                             | '7430' is not host:port",
            "{method: tcp, target: 'localhost'}                      | with a port from 1 to 65535",
            "{method: tcp, target: '::1:7100'}                       | is not host:port",
            "{method: tcp, target: 'http://127.0.0.1:80'}            | is not host:port",
            "{method: tcp, target: '127.0.0.1:80/x'}                 | is not host:port",
            "{method: tcp, target: 'localhost:99999'}                | with a port from 1 to 65535",
            "{method: tcp, target: `a:1\\nb:2`}                      | is not host:port"})
    void whatCannotBeProbedSaysWhy(String health, String expected) {
        String reason = reason(health.replace('`', '"'));
        assertTrue(reason.contains(expected), reason);
        assertTrue(reason.chars().noneMatch(Character::isISOControl), reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{method: http, target: 'http://ada:secret@127.0.0.1/'}",
            "{method: tcp, target: 'ada:secret@a:1'}"})
    void credentialsAreNeitherSentNorRepeated(String health) {
        assertEquals("health.target: carries a user name; a probe sends no credentials", reason(health));
    }

    @Test
    void aLongTextIsNotRepeatedWhole() {
        String endless = "x".repeat(200_000);
        assertTrue(reason("{method: http, target: 'http://127.0.0.1/" + endless + "'}").length() < 400);
        assertTrue(reason("{method: tcp, target: '" + endless + ":1'}").length() < 400);
        assertTrue(reason("{method: " + endless + ", target: 'a:1'}").length() < 400);
        assertTrue(reason("{method: tcp, target: 'a:1', interval: " + endless + "}").length() < 400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
            // interval | timeout | what becomes of them
            "-      | -       | 30s 5s",
            "~      | ~       | 30s 5s",
            "10     | 2       | 10s 2s",
            "0s     | 5s      | 1s 1s",
            "1ms    | 1ms     | 1s 100ms",
            "500ms  | 0s      | 1s 100ms",
            "2s     | 5s      | 2s 2s",
            "5m     | 10s     | 5m 10s",
            "1h     | 1h      | 1h 30s",
            "999999999h | 999999999h | 8760h 30s"})
    void timesAreBroughtWithinBounds(String interval, String timeout, String expected) {
        String times = (interval == null ? "" : ", interval: " + interval)
                + (timeout == null ? "" : ", timeout: " + timeout);
        ProbeSpec.Probe probe = probe("{method: tcp, target: 'localhost:1'" + times + "}");
        assertEquals(expected, Durations.format(probe.interval()) + " "
                + Durations.format(probe.timeout()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5s", "banana", "1.5s", "5 s", "''", "[5s]", "{s: 5}", "true", "1e3", "99999999999s"})
    void aTimeThatIsNoneIsNamed(String time) {
        for (String field : new String[]{"interval", "timeout"}) {
            String reason = reason("{method: tcp, target: 'localhost:1', " + field + ": " + time + "}");
            assertTrue(reason.startsWith("health." + field + ": "), reason);
            assertTrue(reason.contains("a duration such as 500ms, 30s, 5m, 1h or 7d"), reason);
        }
    }

    @Test
    void aReasonIsJsonThatClosesAnEntry() {
        String tail = new String(HealthResult.unchecked("a \"reason\"\n\u202e").members(), StandardCharsets.UTF_8);
        Mapping entry = (Mapping) Json.read(("{\"name\":\"x\"" + tail).getBytes(StandardCharsets.UTF_8));
        assertEquals(Scalar.NULL, entry.get("healthy"));
        assertEquals("a \"reason\"\\u000A\\u202E", entry.text("health_error"));
    }
}
