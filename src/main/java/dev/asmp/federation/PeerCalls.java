package dev.asmp.federation;

import dev.asmp.client.PeerClient;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.FederationSettings;
import dev.asmp.manifest.FederationSettings.Peer;
import dev.asmp.manifest.Printable;
import dev.asmp.manifest.SecretMask;
import dev.asmp.wire.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests to one peer, within limits of time and memory. What it answers is checked here as far as it is not about single
 * services: who it is, that it refuses nothing, and that it does as it was asked. The memory of the answers is held until this
 * is closed.
 */
final class PeerCalls implements AutoCloseable {
    static final int LONGEST_ANSWER = 16 * 1024 * 1024;
    private static final int LONGEST_GREETING = 64 * 1024;
    private static final String HOST_HEADER = "x-asmp-host";
    private static final List<String> COUNTS = List.of("total", "shared", "loopback_only", "without_endpoint");

    private final Peer peer;
    private final PeerClient client;
    private final ByteBudget budget;
    private final Duration patience;
    private final Map<String, String> headers;
    private long taken;

    /** Who a peer is, and what is kept of what it says of itself. */
    record Greeting(String id, Mapping about) {}

    /**
     * Reads the token, which its owner may have replaced.
     *
     * @param patience the longest time for a whole answer, beside what the peer may wait
     */
    PeerCalls(Peer peer, PeerClient client, ByteBudget budget, Duration patience) throws PeerAnswer.Refused {
        this.peer = peer;
        this.client = client;
        this.budget = budget;
        this.patience = patience;
        this.headers = headers();
    }

    private Map<String, String> headers() throws PeerAnswer.Refused {
        Path tokenFile = peer.tokenFile();
        if (tokenFile == null) {
            return Map.of();
        }
        try {
            String token = Files.readString(tokenFile).strip();
            if (token.isEmpty() || !token.chars().allMatch(c -> c >= ' ' && c < 127)) {
                throw new PeerAnswer.Refused("token_file " + tokenFile + " holds no token");
            }
            return Map.of("Authorization", "Bearer " + token);
        } catch (IOException e) {
            throw new PeerAnswer.Refused("token_file " + tokenFile + " cannot be read: " + IoReason.of(e));
        }
    }

    /** Asks who is there; only the host that the profile names may answer. */
    Greeting greet(FederationSettings settings, String ownId) throws IOException, PeerAnswer.Refused {
        Reply reply = get("/federation/host", Map.of(), patience);
        if (reply.body().length > LONGEST_GREETING) {
            throw new PeerAnswer.Refused("it says too much of itself");
        }
        Mapping host = Mapping.EMPTY;
        try {
            host = Json.read(reply.body()) instanceof Mapping mapping ? mapping : host;
        } catch (MalformedDocumentException _) {
            // The sentence below says it.
        }
        String id = host.text("host_id");
        if (id == null) {
            throw new PeerAnswer.Refused("what answers there is no registry with federation.listen");
        }
        if (!settings.canonical(id).equals(peer.host())) {
            throw new PeerAnswer.Refused(
                    "it is the host " + Printable.quoted(id) + (id.equals(ownId) ? ", which is this one" : ""));
        }
        return new Greeting(id, about(host));
    }

    /**
     * Asks for the services of the host with this id.
     *
     * @param tag of the answer that is known; the peer may wait for another one
     */
    Reply services(String id, @Nullable String tag, Duration wait) throws IOException, PeerAnswer.Refused {
        Reply reply = get("/federation/services" + (wait.isZero() ? "" : "?wait=" + wait.toMillis() + "ms"),
                tag == null ? Map.of() : Map.of("If-None-Match", tag), patience.plus(wait));
        if (!id.equals(reply.header(HOST_HEADER))) {
            throw new PeerAnswer.Refused("another host answers there now");
        }
        return reply;
    }

    private Reply get(String path, Map<String, String> more, Duration limit)
            throws IOException, PeerAnswer.Refused {
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(more);
        Reply reply = client.get(path, all, limit, this::take);
        check(reply);
        return reply;
    }

    private void take(int bytes) throws IOException {
        if (!budget.tryTake(bytes)) {
            throw new IOException("its answer does not fit the memory for other hosts' services");
        }
        taken += bytes;
    }

    private static void check(Reply reply) throws PeerAnswer.Refused {
        int status = reply.status();
        if (status == 401) {
            throw new PeerAnswer.Refused("it refuses the token: token_file must hold the one of its"
                    + " federation.token_file");
        }
        if (status >= 300 && status < 400 && status != 304) {
            throw new PeerAnswer.Refused("it redirects, which is not followed");
        }
        if (status != 200 && status != 304) {
            throw new PeerAnswer.Refused("it answers with status " + status
                    + (status == 404 || status == 403 ? ": the address must be that of its federation.listen" : ""));
        }
        if (reply.header("content-encoding") != null) {
            throw new PeerAnswer.Refused("its answer is compressed, which was not asked for");
        }
    }

    /** What is kept of what a host says of itself. */
    private static Mapping about(Mapping host) {
        Mapping os = host.mapping("os");
        Mapping sharing = host.mapping("sharing");
        Mapping.Builder kept = Mapping.builder().put("device_class", cut(host.text("device_class")))
                .put("os", os.isEmpty()
                        ? null
                        : Mapping.builder().put("name", cut(os.text("name"))).put("version", cut(os.text("version")))
                                .put("arch", cut(os.text("arch"))).build())
                .put("capabilities", host.get("capabilities") == null
                        ? null
                        : Sequence.ofTexts(host.texts("capabilities").stream().limit(100)
                                .map(text -> String.valueOf(cut(text))).toList()));
        Mapping.Builder counts = Mapping.builder();
        for (String key : COUNTS) {
            String count = sharing.text(key);
            counts.put(key, count != null && count.matches("[0-9]{1,9}") ? Scalar.number(Long.parseLong(count)) : null);
        }
        Mapping counted = counts.build();
        return kept.put("sharing", counted.isEmpty() ? null : counted).build();
    }

    private static @Nullable String cut(@Nullable String text) {
        return text == null ? null : SecretMask.text(Printable.of(text.length() > 100 ? text.substring(0, 100) : text));
    }

    @Override
    public void close() {
        budget.release(taken);
        taken = 0;
    }
}
