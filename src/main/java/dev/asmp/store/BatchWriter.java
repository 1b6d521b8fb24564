package dev.asmp.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that changes something which many ask to be changed. It takes all that has gathered, has it made true as one
 * batch, so that the disk is waited for once, and then answers each.
 *
 * @param <D> a draft of the state to come, on which one change after the other is decided
 * @param <F> what making a batch true came to
 */
public final class BatchWriter<D, F> implements AutoCloseable {
    private static final int BATCH = 128;
    private static final long CLOSING_MILLIS = 1_500;
    private static final long LONG_REST_MILLIS = 60_000;

    private final BlockingQueue<Task<D, F, ?, ?>> queue = new LinkedBlockingQueue<>();
    private final Work<D, F> work;
    private final Supplier<RuntimeException> stopping;
    private final Consumer<String> log;
    private final Thread thread;
    private volatile boolean closing;
    private @Nullable String lastDefect;

    /** What the thread does. */
    public interface Work<D, F> {
        /** Has changes decided in order and makes them true; throws if none of them can be. */
        F process(List<Consumer<D>> decisions);

        /** Does what is due by itself; called between batches, and now and then where there are none. */
        default void tend() {}

        /** How long to wait before {@link #tend} when nothing comes in. */
        default long restMillis() {
            return LONG_REST_MILLIS;
        }

        /** Comes last. */
        default void end() {}
    }

    /** One change: how it is decided, and how its answer follows from the decision and from what became of the batch. */
    private static final class Task<D, F, C extends @Nullable Object, R extends @Nullable Object> {
        private final Function<D, C> decide;
        private final BiFunction<C, F, R> conclude;
        private final CompletableFuture<R> answer = new CompletableFuture<>();
        private @Nullable Function<F, R> conclusion;

        Task(Function<D, C> decide, BiFunction<C, F, R> conclude) {
            this.decide = decide;
            this.conclude = conclude;
        }

        void decide(D draft) {
            try {
                C decision = decide.apply(draft);
                conclusion = made -> conclude.apply(decision, made);
            } catch (RuntimeException e) {
                conclusion = _ -> {
                    throw e; // not before what it may rest on has been made true
                };
            }
        }

        void conclude(F made) {
            if (conclusion != null) {
                try {
                    answer.complete(conclusion.apply(made));
                } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            }
        }
    }

    /** A writer that does not work yet; once it is being closed, changes are refused in the given words. */
    public BatchWriter(String name, Work<D, F> work, Supplier<RuntimeException> stopping, Consumer<String> log) {
        this.work = work;
        this.stopping = stopping;
        this.log = log;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Hands in a change and waits until it lasts. */
    public <R extends @Nullable Object> R submit(Function<D, R> decide) {
        return submit(decide, (decision, _) -> decision);
    }

    /** Hands in a change whose answer depends on what became of the batch, and waits for that. */
    public <C extends @Nullable Object, R extends @Nullable Object> R submit(Function<D, C> decide,
            BiFunction<C, F, R> conclude) {
        if (thread.equals(Thread.currentThread())) {
            throw new IllegalStateException("a listener must not change what it is told of");
        }
        if (closing) {
            throw stopping.get();
        }
        Task<D, F, C, R> task = new Task<>(decide, conclude);
        queue.add(task);
        if (closing && !thread.isAlive()) {
            refuseAll(); // close() may have swept the queue just before
        }
        try {
            return task.answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void run() {
        try {
            while (!closing || !queue.isEmpty()) {
                List<Task<D, F, ?, ?>> batch = new ArrayList<>();
                Task<D, F, ?, ?> first = queue.poll(work.restMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, BATCH - 1);
                    process(batch);
                }
                attempt(work::tend);
            }
            attempt(work::end);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody does: an interrupt would close the file being written
        }
    }

    private void process(List<Task<D, F, ?, ?>> batch) {
        try {
            List<Consumer<D>> decisions = new ArrayList<>(batch.size());
            batch.forEach(task -> decisions.add(task::decide));
            F made = work.process(decisions);
            batch.forEach(task -> task.conclude(made));
        } catch (RuntimeException | Error e) {
            // The writer must outlive any defect: whoever waits is told, and the next batch is tried.
            batch.forEach(task -> task.answer.completeExceptionally(e));
        }
    }

    /** Nothing that goes wrong here may end the thread either. */
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

    @Override
    public void close() {
        closing = true;
        queue.add(new Task<D, F, D, D>(draft -> draft, (draft, _) -> draft)); // wakes the writer
        try {
            thread.join(CLOSING_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        refuseAll();
    }

    private void refuseAll() {
        queue.forEach(task -> task.answer.completeExceptionally(stopping.get()));
    }
}
