package dev.asmp.mcp;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;

/** A request to be told of changes for as long as its answer lasts, and the messages that make up that answer. */
record ListenRequest(Scalar id, NotificationQueue listener, Mapping honoured, Mapping self) {
    /** The first message: what of the wanted will be told. */
    Mapping acknowledgement() {
        return Message.notice("notifications/subscriptions/acknowledged",
                Envelope.subscribed(Mapping.builder().put("notifications", honoured).build(), id));
    }

    /** A notice as one of this subscription. */
    Mapping told(Mapping notice) {
        return notice.with("params", Envelope.subscribed(notice.mapping("params"), id));
    }

    /** The last message, where the end comes from this side. */
    Mapping end() {
        return Message.result(id, Mapping.builder().put("resultType", "complete")
                .put("_meta", Mapping.builder().put(Envelope.SUBSCRIPTION, id).put(Envelope.SERVER, self).build())
                .build());
    }
}
