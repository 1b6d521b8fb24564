package dev.asmp.client;

import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;

/** The registry's HTTP contract, independent of where the registry runs: in this process, on this machine, or elsewhere. */
@FunctionalInterface
public interface RegistryApi {
    /** Sends a request; {@link RegistryException.Unreachable} where no registry answers. */
    Reply call(Request request);

    /** Sends a request and returns the body of the reply; a reply that is an error becomes a failure. */
    default byte[] ask(Request request) {
        return answer(request).body();
    }

    /** The same with the whole reply. */
    default Reply answer(Request request) {
        Reply reply = call(request);
        if (reply.status() == 404 && reason(reply).startsWith("there is no /")) {
            throw new RegistryException("the registry does not know " + request.method() + " "
                    + request.path().replaceFirst("\\?.*", "") + ": it is older than this program; restart the daemon");
        }
        if (reply.isError()) {
            throw new RegistryException(error(reply));
        }
        return reply;
    }

    /** What a reply that is an error says. */
    default String error(Reply reply) {
        return reason(reply);
    }

    /** The sentence in the envelope of an error, or the status where there is none. */
    static String reason(Reply reply) {
        String error = null;
        try {
            error = JsonReader.mapping(reply.body()).text("error");
        } catch (RegistryException _) {
            // The status is all there is to report.
        }
        return error == null ? "the registry answered with status " + reply.status() : error;
    }
}
