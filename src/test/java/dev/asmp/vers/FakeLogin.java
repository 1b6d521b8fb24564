package dev.asmp.vers;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;

/** The login by mail of the fake API: the mail's link counts as clicked after some questions. */
@NullUnmarked
public final class FakeLogin {
    private final AtomicInteger untilClicked = new AtomicInteger(2);
    private volatile boolean knowsKey;
    private volatile int refuseKeys;
    private volatile String issued = "";

    /** Lets the public key be a known and verified one. */
    public void knowsTheKey() {
        knowsKey = true;
    }

    public void clickAfter(int questions) {
        untilClicked.set(questions);
    }

    /** Answers the request for an API key with this status. */
    public void refuseKeys(int status) {
        refuseKeys = status;
    }

    boolean knows(String authorization) {
        return !issued.isEmpty() && ("Bearer " + issued).equals(authorization);
    }

    FakeVersApi.Reply answer(String path, Mapping asked) {
        String email = asked.text("email");
        return switch (path) {
            case "/api/shell-auth/verify-public-key" -> knowsKey
                    ? FakeVersApi.Reply.json(200, Mapping.builder().put("verified", Scalar.bool(true)).put("count", 1)
                            .put("matches", new Sequence(List.of(Mapping.builder().put("email", "me@example.com")
                                    .put("is_active", Scalar.bool(true)).put("public_key_verified", Scalar.bool(true))
                                    .build())))
                            .build())
                    : FakeVersApi.Reply.json(404, Mapping.builder().put("verified", Scalar.bool(false))
                            .put("reason", "unknown").build());
            case "/api/shell-auth" -> email == null || !email.contains("@")
                    ? FakeVersApi.Reply.error(400, "invalid email")
                    : email.startsWith("taken")
                            ? FakeVersApi.Reply.error(409, "the key belongs to another account")
                            : FakeVersApi.Reply.json(200, Mapping.builder().put("success", Scalar.bool(true))
                                    .put("email", email).put("is_new_user", Scalar.bool(true)).build());
            case "/api/shell-auth/verify-key" -> untilClicked.getAndDecrement() > 0
                    ? FakeVersApi.Reply.error(401, "not verified")
                    : FakeVersApi.Reply.json(200, Mapping.builder().put("verified", Scalar.bool(true))
                            .put("orgs", new Sequence(List.of(Mapping.builder().put("name", "mine").build())))
                            .build());
            case "/api/shell-auth/api-keys" -> {
                if (refuseKeys != 0) {
                    yield FakeVersApi.Reply.error(refuseKeys, "no key for you");
                }
                issued = FakeVersApi.OWNER + "fedcba9876543210".repeat(4);
                yield FakeVersApi.Reply.json(200, Mapping.builder().put("success", Scalar.bool(true))
                        .put("api_key", issued).put("org_name", "mine").build());
            }
            default -> FakeVersApi.Reply.error(404, "not found");
        };
    }
}
