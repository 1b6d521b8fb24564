package dev.asmp.vers;

import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The login at Vers by mail and SSH key: a key that is known and verified gets an API key at once, another one after the link
 * in a mail was followed.
 */
public final class ShellAuth {
    private static final String LABEL = "asmp on this host";
    private static final int QUESTIONS = 100;
    private static final int UNAUTHORIZED = 401;

    private final VersHttp http;
    private final String publicKey;

    /** @param publicKey the line of a public key file */
    public ShellAuth(VersSettings settings, String publicKey) {
        this.http = new VersHttp(settings.login(), () -> null);
        this.publicKey = publicKey;
    }

    /** The API key that was issued, for whom. */
    public record Issued(String key, String email, @Nullable String organisation) {
        @Override
        public String toString() {
            return "Issued[" + email + "]";
        }
    }

    /** The mail address of a verified account that has this public key; null where there is none. */
    public @Nullable String knownEmail() {
        Mapping reply;
        try {
            reply = call("/api/shell-auth/verify-public-key", Mapping.builder().put("ssh_public_key", publicKey));
        } catch (VersException e) {
            if (e.status() == 404) {
                return null;
            }
            throw e;
        }
        Optional<Mapping> chosen = reply.list("matches").stream().filter(Mapping.class::isInstance)
                .map(Mapping.class::cast).filter(one -> isTrue(one, "is_active") && isTrue(one, "public_key_verified"))
                .findFirst();
        return chosen.map(one -> one.text("email")).orElse(null);
    }

    /** Lets Vers send the mail with the link; true where the key is verified already. */
    public boolean begin(String email) {
        return isTrue(call("/api/shell-auth", Mapping.builder().put("email", email).put("ssh_public_key", publicKey)),
                "already_verified");
    }

    /**
     * Waits until the link was followed. Only "not yet" is asked again; any other refusal ends the login.
     *
     * @param pause between two questions, and called before each with the number of the question; false to give up
     */
    public boolean await(String email, Duration pause, Function<Integer, Boolean> goesOn) throws InterruptedException {
        for (int question = 1; question <= QUESTIONS; question++) {
            try {
                Mapping reply = call("/api/shell-auth/verify-key",
                        Mapping.builder().put("email", email).put("ssh_public_key", publicKey));
                if (isTrue(reply, "verified")) {
                    return true;
                }
            } catch (VersException e) {
                if (e.status() != UNAUTHORIZED && e.status() != VersException.NO_REPLY) {
                    throw e;
                }
            }
            if (!goesOn.apply(question)) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        }
        return false;
    }

    /** Issues an API key, which is shown only once. */
    public Issued issue(String email) {
        Mapping reply = call("/api/shell-auth/api-keys", Mapping.builder().put("email", email)
                .put("ssh_public_key", publicKey).put("label", LABEL));
        String key = reply.text("api_key");
        if (key == null) {
            throw new VersException("POST", "/api/shell-auth/api-keys", 502, "the reply has no key");
        }
        return new Issued(key, email, reply.text("org_name"));
    }

    private Mapping call(String path, Mapping.Builder body) {
        byte[] reply = http.call("POST", path, body.build(), VersHttp.CHANGING);
        try {
            return Json.read(reply) instanceof Mapping said ? said : Mapping.EMPTY;
        } catch (MalformedDocumentException e) {
            throw new VersException("POST", path, 502, "the reply is not JSON: " + e.getMessage());
        }
    }

    private static boolean isTrue(Mapping reply, String key) {
        return reply.get(key) instanceof Scalar flag && flag.isTrue();
    }
}
