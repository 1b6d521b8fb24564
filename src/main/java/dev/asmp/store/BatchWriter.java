package dev.asmp.store;

import dev.asmp.document.ByteBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that changes an engine's state, and the queue before it. The changes that have gathered are handed to the
 * engine as one batch, so that they wait for the disk together; those of the owner come before all others.
 *
 * @param <C> the engine's kind of change
 */
public final class BatchWriter<C extends BatchWriter.Change<?>> implements AutoCloseable {
    /** Bound while the owner asks: what is submitted then is decided next, and is not refused for what others have waiting. */
    private static final ScopedValue<Boolean> FIRST = ScopedValue.newInstance();
    private static final int MAX_BATCH = 128;
    private static final long MAX_BATCH_BYTES = 2 * 1024 * 1024;
    private static final long CLOSE_MILLIS = 1_500;
    private static final long IDLE_MILLIS = 60_000;

    private final BlockingQueue<Queued<C>> queue = new PriorityBlockingQueue<>();
    private final AtomicLong arrivals = new AtomicLong();
    private final Work<C> work;
    private final ByteBudget budget;
    private final Consumer<String> log;
    private final Thread thread;
    private volatile boolean closing;
    private @Nullable String lastDefect;

    /** What an engine does on the thread. */
    public interface Work<C> {
        /** Decides changes in order, saves what follows from them, publishes it, and answers each. */
        void process(List<C> changes);

        /** Does what is due by itself; called after each batch, and after {@link #idleMillis} without one. */
        default void tend() {}

        /** How long to wait for changes before {@link #tend} is called. */
        default long idleMillis() {
            return IDLE_MILLIS;
        }

        /** Does what comes last, before the thread ends. */
        default void end() {}
    }

    /**
     * One change on its way: it is decided when its batch is, and answered when the batch is saved. A refusal waits for that,
     * too, since it may rest on a change of the same batch.
     */
    public abstract static class Change<R extends @Nullable Object> {
        private final CompletableFuture<R> answer = new CompletableFuture<>();
        private final long bytes;
        private Supplier<R> decided = () -> {
            throw new IllegalStateException("a change was answered before it was decided");
        };

        /** A change that holds so many bytes of memory until it is answered; one of 0 is never refused for its size. */
        protected Change(long bytes) {
            this.bytes = bytes;
        }

        /** Decides the change; keeps the result, or the refusal. */
        protected final void decide(Supplier<R> decision) {
            try {
                R result = decision.get();
                decided = () -> result;
            } catch (RuntimeException e) {
                decided = () -> {
                    throw e;
                };
            }
        }

        /** Does what can be done before the change's turn; called once it is admitted, by the thread that submits it. */
        protected void prepare() {}

        /** Answers with what was decided, as far as it could be saved. */
        protected final void answer(UnaryOperator<R> saved) {
            try {
                answer.complete(saved.apply(decided.get()));
            } catch (RuntimeException e) {
                fail(e);
            }
        }

        final void whenAnswered(Runnable then) {
            var _ = answer.whenComplete((_, _) -> then.run());
        }

        final void fail(Throwable why) {
            answer.completeExceptionally(why);
        }

        /** Waits for the answer. */
        public final R await() {
            try {
                return answer.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
    }

    /** A place in the queue; one without a change only wakes the thread. */
    private record Queued<C extends Change<?>>(@Nullable C change, boolean first, long number)
            implements
                Comparable<Queued<C>> {
        void addTo(List<C> batch) {
            if (change != null) {
                batch.add(change);
            }
        }

        long bytes() {
            return change == null ? 0 : ((Change<?>) change).bytes;
        }

        @Override
        public int compareTo(Queued<C> other) {
            return first == other.first ? Long.compare(number, other.number) : first ? -1 : 1;
        }
    }

    /** Runs what the owner asks for. */
    public static <R, X extends Throwable> R first(ScopedValue.CallableOp<R, X> asked) throws X {
        return ScopedValue.where(FIRST, true).call(asked);
    }

    /** A writer whose thread is not started yet; the budget is for all changes that are not answered yet. */
    public BatchWriter(String name, Work<C> work, ByteBudget budget, Consumer<String> log) {
        this.work = work;
        this.budget = budget;
        this.log = log;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Hands in a change, whose answer its submitter then awaits. */
    public void submit(C change) {
        if (thread.equals(Thread.currentThread())) {
            throw new IllegalStateException("a listener must not change what it is told of");
        }
        if (closing) {
            throw stopping();
        }
        boolean first = FIRST.orElse(false);
        admit(change, first);
        try {
            ((Change<?>) change).prepare();
        } catch (RuntimeException | Error e) {
            ((Change<?>) change).fail(e);
            throw e;
        }
        add(change, first);
        if (closing && !thread.isAlive()) {
            refuseAll(); // close() may have swept the queue just before
        }
    }

    /** Makes the thread look soon at what is due by itself. */
    public void wake() {
        add(null, false);
    }

    private void add(@Nullable C change, boolean first) {
        queue.add(new Queued<>(change, first, arrivals.getAndIncrement()));
    }

    /** Takes a change's bytes until it is answered. One alone takes half of the budget at most, so that none is too large. */
    private void admit(Change<?> change, boolean first) {
        long taken = Math.min(change.bytes, budget.limit() / 2);
        if (!budget.tryTake(taken)) {
            if (first) {
                return; // its request is counted where it came in
            }
            throw new RefusedException(RefusedException.Reason.BUSY,
                    "too many changes wait to be saved; try again in a moment");
        }
        change.whenAnswered(() -> budget.release(taken));
    }

    private static RefusedException stopping() {
        return new RefusedException(RefusedException.Reason.UNAVAILABLE, "the registry is stopping");
    }

    private void run() {
        try {
            while (!closing || !queue.isEmpty()) {
                List<C> batch = take();
                if (!batch.isEmpty()) {
                    process(batch);
                }
                attempt(work::tend);
            }
            attempt(work::end);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // never happens: an interrupt would close the file being written
        }
    }

    /** Waits for the first change and takes those that came with it, as many as may hold up one that comes next. */
    private List<C> take() throws InterruptedException {
        List<C> batch = new ArrayList<>();
        long bytes = 0;
        Queued<C> next = queue.poll(work.idleMillis(), TimeUnit.MILLISECONDS);
        while (next != null) {
            next.addTo(batch);
            bytes += next.bytes();
            Queued<C> waiting = queue.peek();
            boolean goesWith = waiting != null && (waiting.first || !next.first); // the owner's does not wait for others' bytes
            next = goesWith && batch.size() < MAX_BATCH && bytes < MAX_BATCH_BYTES ? queue.poll() : null;
        }
        return batch;
    }

    private void process(List<C> batch) {
        try {
            work.process(batch);
        } catch (RuntimeException | Error e) {
            // The thread outlives any defect: those without an answer get this one, and the next batch is tried.
            batch.forEach(change -> change.fail(e));
        }
    }

    /** Runs a step whose defects must not end the thread either. */
    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            String told = "defect in " + thread.getName() + ": " + e;
            if (!told.equals(lastDefect)) {
                log.accept(told);
            }
            lastDefect = told;
        }
    }

    /** Finishes what was handed in, then refuses all else. */
    @Override
    public void close() {
        closing = true;
        wake();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        refuseAll();
    }

    /** Whether the thread has ended: nothing changes the engine's state any more. */
    public boolean hasEnded() {
        return !thread.isAlive();
    }

    private void refuseAll() {
        List<C> refused = new ArrayList<>();
        queue.forEach(queued -> queued.addTo(refused));
        refused.forEach(change -> change.fail(stopping()));
    }
}
