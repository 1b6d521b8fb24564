package dev.asmp.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Yaml;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small words of a profile and a manifest: names, durations, ports and addresses. */
class KnownValuesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "A", "7", "a.b", "a_b", "a-b", "a..b", "openrouter-glm-5.2", "a-", "a."})
    void aNameOfLettersDigitsDotsAndDashesIsGood(String name) {
        assertTrue(ServiceName.isValid(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".a", "-a", "_a", "a/b", "a\\b", "a b", "a\n", "a\u0000", "é", "аdmin",
            "a:b",
            "a%2Fb", "~", "a*"})
    void anyOtherNameIsRefused(String name) {
        assertNotNull(ServiceName.problemWith(name));
    }

    @Test
    void anErrorMessageCannotSteerATerminal() {
        assertEquals("\\u001B[31m\\u202E\\u2028 é 😀", Printable.of("\u001b[31m\u202e\u2028 é 😀"));
    }

    @ParameterizedTest(name = "{0} is {1} ms")
    @CsvSource({"500ms,500", "30s,30000", "5m,300000", "1h,3600000", "900,900000", "0,0", "0s,0", "' 5m ',300000",
            "999999999h,3599999996400000"})
    void aDurationIsRead(String written, long millis) {
        assertEquals(Duration.ofMillis(millis), Durations.parse(written));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-5", "1.5s", "5 m", "1w", "5M", "PT5M", "five", "1h30m", "9999999999", "٣s"})
    void whatIsNoDurationIsRefused(String written) {
        var e = assertThrows(IllegalArgumentException.class, () -> Durations.parse(written));
        assertTrue(String.valueOf(e.getMessage()).contains("a duration such as 500ms, 30s, 5m, 1h or 7d"),
                e::getMessage);
    }

    @ParameterizedTest
    @CsvSource({"500ms,500ms", "1000ms,1s", "1500ms,1500ms", "90s,90s", "60s,1m", "60m,1h", "90m,90m", "3600,1h",
            "0,0s"})
    void aDurationIsWrittenTheWayItIsRead(String written, String shown) {
        assertEquals(shown, Durations.format(Durations.parse(written)));
        assertEquals(Durations.parse(written), Durations.parse(shown));
    }

    @ParameterizedTest(name = "{0} are {1}")
    @CsvSource(delimiter = '|', value = {"7000-9999 | 7000-9999", "7000 - 9999 | 7000-9999", "80 | 80", "80-80 | 80",
            "[80, 443] | 80, 443", "[80, '7000-9999', 1-2] | 80, 7000-9999, 1-2", "1-65535 | 1-65535"})
    void portsAreRead(String written, String shown) {
        assertEquals(shown, PortRanges.of(Yaml.read(written)).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "9-7", "0-5", "7000-70000", "a", "-5", "1-", "1.5", "[80, [81]]", "{a: 1}",
            "[80, ~]", "999999", "80,81"})
    void whatAreNoPortsIsRefused(String written) {
        assertThrows(IllegalArgumentException.class, () -> PortRanges.of(Yaml.read(written)));
    }

    @Test
    void aRangeHoldsBothItsEnds() {
        PortRanges ports = PortRanges.of(Yaml.read("[80, 7000-7002]"));
        assertTrue(ports.contains(80) && ports.contains(7000) && ports.contains(7001) && ports.contains(7002));
        assertFalse(ports.contains(81) || ports.contains(6999) || ports.contains(7003));
    }

    @ParameterizedTest
    @CsvSource({"http://127.0.0.1:7700,127.0.0.1,7700", "http://localhost:1,localhost,1",
            "http://[::1]:7700/,[::1],7700",
            "http://127.9.8.255,127.9.8.255,80", "' http://127.0.0.1:0 ',127.0.0.1,0"})
    void aLoopbackAddressIsRead(String url, String host, int port) {
        assertEquals(new ApiAddress(host, port), ApiAddress.parse(url));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.256", "127.1", "128.0.0.1", "0.0.0.0", "localhost.evil.com", "::", "[::2]", "",
            "127.0.0.1.evil.com", "1270.0.1", "127.0.0.1 "})
    void whatIsNotLoopbackIsToldByItsTextAlone(String host) {
        assertFalse(ApiAddress.isLoopback(host));
    }
}
