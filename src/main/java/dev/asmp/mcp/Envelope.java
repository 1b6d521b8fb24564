package dev.asmp.mcp;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The metadata of requests and answers from revision 2026-07-28 on. */
final class Envelope {
    private static final String PREFIX = "io.modelcontextprotocol/";
    static final String REVISION = PREFIX + "protocolVersion";
    static final String CAPABILITIES = PREFIX + "clientCapabilities";
    static final String CLIENT = PREFIX + "clientInfo";
    static final String SERVER = PREFIX + "serverInfo";
    static final String SUBSCRIPTION = PREFIX + "subscriptionId";

    private Envelope() {}

    /** The revision that a request names; null where it names none. */
    static @Nullable String revision(Mapping params) {
        return params.mapping("_meta").text(REVISION);
    }

    /** Checks the metadata of a request and returns the caller. */
    static Caller open(Mapping params, @Nullable Set<ToolGroup> groups) {
        Mapping meta = params.mapping("_meta");
        String written = meta.text(REVISION);
        if (written == null || !(meta.get(CAPABILITIES) instanceof Mapping)) {
            throw new RpcError(RpcError.INVALID_PARAMS, "params._meta must have \"" + REVISION + "\" (text) and \""
                    + CAPABILITIES + "\" (an object)");
        }
        Revision revision = Revision.of(written);
        if (revision == null || revision.hasHandshake()) {
            throw unsupported(written);
        }
        return new Caller(revision, McpSession.clientOf(meta.mapping(CLIENT)), null, new RunningRequests(), groups,
                false, null);
    }

    static RpcError unsupported(String requested) {
        return new RpcError(RpcError.UNSUPPORTED_REVISION, "Unsupported protocol version",
                Mapping.builder().put("supported", Sequence.ofTexts(Revision.all()))
                        .put("requested", TextSanitizer.line(requested, 60)).build());
    }

    /** The params of a notice that belongs to a subscription. */
    static Mapping subscribed(Mapping params, Scalar subscription) {
        return params.with("_meta", Mapping.builder().put(SUBSCRIPTION, subscription).build());
    }
}
