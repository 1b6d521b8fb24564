package dev.asmp.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Yaml;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretMaskTest {
    private static Document yaml(String yaml) {
        return Yaml.read(yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static String masked(String yaml) {
        return new String(Json.write(SecretMask.masked(yaml(yaml))), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"password: hunter2", "db_password: hunter2", "API-Key: sk-12345", "apikey: sk-12345",
            "x: {authToken: abc.def}", "private_key: MIIEvQ", "headers: {Authorization: Bearer abc}",
            "Client_Secret: s3",
            "credentials: {user: bob}", "credentials: [one, two]", "secrets: {db: x}",
            "access.key: AKIAIOSFODNN7EXAMPLE",
            "token: ghp_aBcD1234"})
    void aSecretIsMasked(String yaml) {
        assertTrue(masked(yaml).contains("***"), masked(yaml));
        assertTrue(!masked(yaml).matches(".*(hunter2|sk-|abc|MII|s3|bob|one|AKIA|ghp).*"), masked(yaml));
    }

    @ParameterizedTest
    @ValueSource(strings = {"token: env:GITHUB_TOKEN", "token: GITHUB_TOKEN", "password: op://vault/item/field",
            "password: $DB_PASSWORD", "password: '${DB_PASSWORD}'", "token_file: /run/secrets/x",
            "secret: /run/secrets/x",
            "max_tokens: 4096", "price_per_token: 0.002", "requires_token: true", "token: null",
            "authorization: bearer",
            "token: https://auth.example/token", "auth: {type: oauth2}", "api_key: '<your key>'", "password: ''",
            "authorization: {type: basic, realm: x}", "tokens_per_second: '12'", "password_env: X"})
    void aReferenceOrALimitIsNot(String yaml) {
        Document document = yaml(yaml);
        assertSame(document, SecretMask.masked(document));
    }

    @ParameterizedTest
    @CsvSource({"postgres://bob:hunter2@db:5432/x,postgres://bob:***@db:5432/x",
            "redis://:hunter2@cache,redis://:***@cache",
            "https://ghp_0123456789abcdef@github.com/x,https://***@github.com/x",
            "ssh://git@github.com/x,ssh://git@github.com/x", "https://x/?a=1&token=abc#f,https://x/?a=1&token=***#f",
            "https://x/?API_KEY=abc,https://x/?API_KEY=***", "http://127.0.0.1:80/a@b,http://127.0.0.1:80/a@b",
            "run with Bearer 0123456789abcdefgh,run with Bearer ***", "a bearer of bad news,a bearer of bad news",
            "?page=2&limit=3,?page=2&limit=3"})
    void credentialsInAnUrlAreMasked(String written, String shown) {
        assertEquals(shown, SecretMask.text(written));
    }

    @Test
    void aMaskThatComesInIsRefusedWithItsPlace() {
        for (String yaml : new String[]{"a: {password: '***'}", "a: ['postgres://bob:***@db']",
                "a: 'https://x/?token=***'", "a: 'https://***@x'"}) {
            InvalidDocumentException refused = assertThrows(InvalidDocumentException.class,
                    () -> SecretMask.refuseIn(yaml(yaml)));
            assertTrue(String.valueOf(refused.getMessage()).startsWith("a"), refused.getMessage());
            assertTrue(String.valueOf(refused.getMessage()).contains("is the mask ***"), refused.getMessage());
        }
        SecretMask.refuseIn(yaml("a: '*** beware ***'\nb: '**bold**'"));
    }

    @Test
    void aLongTextTakesNoLongTime() {
        String text = "://a:".repeat(20_000) + "bearer ".repeat(20_000) + "?key=".repeat(20_000);
        assertTrue(SecretMask.text(text).length() > 0);
    }
}
