package dev.asmp.http;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** A limit on answers of one kind that are made at a time, each of which takes megabytes of memory. */
final class Turns {
    private final Semaphore free;
    private final String what;

    /** @param what the answers, for the message to those that must wait */
    Turns(int most, String what) {
        this.free = new Semaphore(most);
        this.what = what;
    }

    /** Makes an answer; where others are made already, the client is told to try again. */
    Answer make(Supplier<Answer> answer) {
        if (!free.tryAcquire()) {
            throw new HttpError(503, what + " is asked for by others; try again");
        }
        try {
            return answer.get();
        } finally {
            free.release();
        }
    }
}
