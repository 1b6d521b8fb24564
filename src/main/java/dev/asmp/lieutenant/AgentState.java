package dev.asmp.lieutenant;

import dev.asmp.agent.AgentException;
import dev.asmp.agent.RelayChannel;
import dev.asmp.document.Mapping;
import dev.asmp.lieutenant.AgentRecord.Status;
import dev.asmp.store.RefusedException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The record of one agent and the channel to it, under one lock. A change is saved before it is seen. The lock is never held
 * while the agent is waited for.
 */
final class AgentState {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final InstantSource clock;
    private final Consumer<Mapping> save;
    private AgentRecord record;
    private @Nullable RelayChannel channel;
    private @Nullable String step;
    private volatile boolean forgotten;
    private volatile boolean lost;

    AgentState(AgentRecord record, InstantSource clock, Consumer<Mapping> save) {
        this.record = record;
        this.clock = clock;
        this.save = save;
    }

    /** The lock, held until it is closed. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    @SuppressWarnings("LockNotBeforeTry") // released by close
    Held locked() {
        lock.lock();
        return lock::unlock;
    }

    /** Waits until a condition holds, which is looked at after each change; at most this long. */
    void await(BooleanSupplier until, Duration most) throws InterruptedException {
        long left = most.toNanos();
        lock.lockInterruptibly();
        try {
            while (!until.getAsBoolean() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    void signal() {
        changed.signalAll();
    }

    AgentRecord record() {
        try (Held _ = locked()) {
            return record;
        }
    }

    /** The record with the position up to which the output was handled. */
    AgentRecord positioned() {
        return channel == null ? record : record.at(channel.position());
    }

    void set(AgentRecord next) {
        if (lost) {
            throw new RefusedException(RefusedException.Reason.CONFLICT,
                    record.identity().name() + " is not held by this registry process any more");
        }
        if (!forgotten) {
            save.accept(next.document());
        }
        record = next;
        signal();
    }

    void change(UnaryOperator<AgentRecord> change) {
        try (Held _ = locked()) {
            set(change.apply(record));
        }
    }

    /** Saves the record as it is, which is refused to a process that another one has taken the agent over from. */
    void proveHold() {
        change(agent -> agent);
    }

    void is(Status status, @Nullable String why) {
        change(agent -> agent.with(status, why, clock.instant()));
    }

    boolean isForgotten() {
        return forgotten || lost;
    }

    boolean isLost() {
        return lost;
    }

    /** Lets go of the agent because another process may hold it: it is neither saved nor changed any more. */
    void lose() {
        lost = true;
        detach();
    }

    /** Lets go of the agent for ever: nothing is saved any more. */
    void forget() {
        forgotten = true;
        detach();
    }

    @Nullable
    String step() {
        return step;
    }

    /** Names what is being done with the agent, for those who wait. */
    void step(@Nullable String name) {
        try (Held _ = locked()) {
            step = name;
            signal();
        }
    }

    @Nullable
    RelayChannel channel() {
        return channel;
    }

    void channel(@Nullable RelayChannel next) {
        channel = next;
    }

    /** Lets go of the agent, which works on. */
    void detach() {
        try (Held _ = locked()) {
            if (channel != null) {
                channel.detach();
            }
            channel = null;
            signal();
        }
    }

    CompletableFuture<Mapping> ask(Mapping command, Duration limit) {
        RelayChannel to = channel;
        return to == null
                ? CompletableFuture.failedFuture(new AgentException("the agent is not attached"))
                : to.send(command, limit);
    }

    CompletableFuture<Mapping> ask(String type, Duration limit) {
        return ask(Mapping.builder().put("type", type).build(), limit);
    }
}
