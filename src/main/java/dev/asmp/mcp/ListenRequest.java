package dev.asmp.mcp;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;

/** A request for notices of changes, answered by a stream, and the messages of that stream. */
record ListenRequest(Scalar id, NotificationQueue listener, Mapping honoured, Mapping self) {
    static RpcError crowded() {
        return new RpcError(RpcError.INTERNAL_ERROR, "there are as many listeners as fit in memory; try again later");
    }

    /** The first message: which of the requested notices will be sent. */
    Mapping acknowledgement() {
        return Message.notice("notifications/subscriptions/acknowledged",
                Envelope.subscribed(Mapping.builder().put("notifications", honoured).build(), id));
    }

    /** The notice, marked as one of this subscription. */
    Mapping marked(Mapping notice) {
        return notice.with("params", Envelope.subscribed(notice.mapping("params"), id));
    }

    /** The last message, when this side ends the stream. */
    Mapping end() {
        return Message.result(id, Mapping.builder().put("resultType", "complete")
                .put("_meta", Mapping.builder().put(Envelope.SUBSCRIPTION, id).put(Envelope.SERVER, self).build())
                .build());
    }
}
