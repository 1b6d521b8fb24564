package dev.asmp.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from a manifest that is valid. */
class ManifestViewsTest {
    private static Manifest with(String more) {
        return Manifest.of(Yaml.read(Manifests.yaml("mail", "1").replaceAll("endpoints:\n.*\n", "") + more));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {port: 1}                               | [1]
            {host: localhost, port: 2}              | [2]
            {host: 127.1.2.3, port: 3}              | [3]
            {host: 0.0.0.0, port: 4}                | [4]
            {host: '::', port: 5}                   | [5]
            {host: '::1', port: 65535}              | [65535]
            {host: box.example, port: 7}            | []
            {url: 'http://x'}                       | []
            {port: 8}, {port: 9}, {host: x.y, port: 1} | [8, 9]
            """)
    void portsOfThisHostAreThoseOfEndpointsOnIt(String endpoints, String ports) {
        assertEquals(ports, with("endpoints: [" + endpoints + "]\n").localPorts().toString());
    }

    @Test
    void aSensitivityIsFilledInWhereNoneIsSaid() {
        Manifest plain = with("");
        assertSame(plain, plain.withSensitivity(null));
        assertEquals("low", plain.withSensitivity("low").document().mapping("data").text("sensitivity"));
        Mapping filled = with("data: {kept: 1, sensitivity: ~}\n").withSensitivity("low").document().mapping("data");
        assertEquals("1 low", filled.text("kept") + " " + filled.text("sensitivity"));
        Manifest said = with("data: {sensitivity: high}\n");
        assertSame(said, said.withSensitivity("low"));
    }

    @Test
    void manifestsAreEqualWhereTheirDocumentsAre() {
        assertEquals(with("tags: [a]\n"), with("tags: [a]\n"));
        assertEquals(with("tags: [a]\n").hashCode(), with("tags: [a]\n").hashCode());
        assertNotEquals(with("tags: [a]\n"), with("tags: [b]\n"));
        assertFalse(with("").equals((Object) "mail"));
        assertEquals("Manifest[mail]", with("").toString());
    }

    @Test
    void whatIsSaidInTwoPlacesIsReadFromBoth() {
        assertEquals(List.of("post", "letters"),
                with("aliases: [post, letters, post]\n").aliases());
        assertEquals("http://one", with("repo: http://one\ninfra: {repo: http://two}\n").repo());
        assertEquals("http://two", with("infra: {repo: http://two, github: three}\n").repo());
        assertEquals("three", with("infra: {github: three}\n").repo());
        assertNull(with("").repo());
        assertEquals("a", with("section: a\ndisplay: {section: b}\n").section());
        assertEquals("b", with("display: {section: b}\n").section());
        assertNull(with("").section());
    }

    @Test
    void aKeyThatIsNearlyAKnownOneIsATypo() {
        assertEquals(List.of("endpoint"), with("endpoint: []\n").typos().stream().map(Problem::field).toList());
        assertEquals(List.of(), with("").typos());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "Z9", "0", "a.b_c-d", "zA", "AZaz09"})
    void aNameIsOfLettersDigitsAndThreeMarks(String name) {
        assertTrue(ServiceName.isValid(name));
        assertNull(ServiceName.problemWith(name));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            "" | must not be empty
            .a | '.a' is not allowed
            -a | '-a' is not allowed
            a/b | 'a/b' is not allowed
            a{ | 'a{' is not allowed
            a` | 'a`' is not allowed
            a@ | 'a@' is not allowed
            a[ | 'a[' is not allowed
            a: | 'a:' is not allowed
            ü | 'ü' is not allowed
            """)
    void anyOtherNameIsRefused(String name, String problem) {
        String told = Objects.requireNonNull(ServiceName.problemWith(name));
        assertTrue(told.startsWith(problem), told);
        assertFalse(ServiceName.isValid(name));
    }

    @Test
    void aNameHasALength() {
        assertTrue(ServiceName.isValid("a".repeat(128)));
        assertEquals("is 129 characters long; at most 128 are allowed", ServiceName.problemWith("a".repeat(129)));
    }

    @Test
    void whatHoldsNoSecretIsMaskedAsItself() {
        Document plain = with("").document();
        assertSame(plain, SecretMask.masked(plain));
        Document secret = Yaml.read("{api_key: 'abcdef', more: 1}");
        assertNotEquals(secret, SecretMask.masked(secret));
    }

    @Test
    void aTextIsQuotedUpTo100Characters() {
        assertEquals("'" + "x".repeat(100) + "'", Printable.quoted("x".repeat(100)));
        assertEquals("'" + "x".repeat(100) + "…'", Printable.quoted("x".repeat(101)));
    }
}
