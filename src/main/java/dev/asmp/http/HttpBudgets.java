package dev.asmp.http;

import dev.asmp.document.ByteBudget;

/** The memory for requests and answers under way, shared by the sockets of a process. */
public final class HttpBudgets {
    private final RequestBudget requests;
    private final ResponseBudget responses;

    public HttpBudgets(ByteBudget requests, ByteBudget responses) {
        this.requests = new RequestBudget(requests);
        this.responses = new ResponseBudget(responses);
    }

    RequestBudget requests() {
        return requests;
    }

    ResponseBudget responses() {
        return responses;
    }
}
