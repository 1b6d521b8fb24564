package dev.asmp.http;

import io.helidon.http.ServerRequestHeaders;
import org.jspecify.annotations.Nullable;

/** Decides who may pass to the routes of one socket. */
interface AccessRule {
    /** The answer for a request that is turned away, or null when it may pass. */
    @Nullable
    Answer refusal(String path, ServerRequestHeaders headers);

    /** The path of a request whose first line may name a whole address. */
    String pathOf(String target);
}
