package dev.asmp.http;

import io.helidon.http.ServerRequestHeaders;
import org.jspecify.annotations.Nullable;

/** The rule that admits or refuses requests on one socket. */
interface AccessRule {
    /** The answer to a refused request; null if it is admitted. */
    @Nullable
    Answer refusal(String method, String path, ServerRequestHeaders headers);

    /** The path of a request, also where its first line names a whole address. */
    String pathOf(String target);
}
