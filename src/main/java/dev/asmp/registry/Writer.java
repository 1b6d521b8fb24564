package dev.asmp.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The one thread that changes the registry. It takes all that has gathered, has it processed as one batch, and answers. */
final class Writer implements AutoCloseable {
    private static final int BATCH = 128;

    private final BlockingQueue<Task<?, ?>> queue = new LinkedBlockingQueue<>();
    private final Function<List<Consumer<Draft>>, Map<String, IOException>> process;
    private final Thread thread;
    private volatile boolean closing;

    Writer(Function<List<Consumer<Draft>>, Map<String, IOException>> process) {
        this.process = process;
        this.thread = Thread.ofPlatform().name("registry-writer").daemon().start(this::run);
    }

    /** One change: how it is decided, and how its answer follows from the decision and from what failed on disk. */
    private static final class Task<D, R> {
        private final Function<Draft, D> decide;
        private final BiFunction<D, Map<String, IOException>, R> conclude;
        private final CompletableFuture<R> answer = new CompletableFuture<>();
        private @Nullable D decision;
        private @Nullable RuntimeException refusal;

        Task(Function<Draft, D> decide, BiFunction<D, Map<String, IOException>, R> conclude) {
            this.decide = decide;
            this.conclude = conclude;
        }

        void decide(Draft draft) {
            try {
                decision = decide.apply(draft);
            } catch (RuntimeException e) {
                refusal = e;
            }
        }

        void conclude(Map<String, IOException> failed) {
            try {
                if (refusal != null) {
                    answer.completeExceptionally(refusal);
                } else if (decision != null) {
                    answer.complete(conclude.apply(decision, failed));
                }
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }
    }

    /** Hands in a change and waits until it is on disk. */
    <D, R> R submit(Function<Draft, D> decide, BiFunction<D, Map<String, IOException>, R> conclude) {
        if (closing) {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE, "the registry is stopping");
        }
        Task<D, R> task = new Task<>(decide, conclude);
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
                List<Task<?, ?>> batch = new ArrayList<>();
                batch.add(queue.take());
                queue.drainTo(batch, BATCH - 1);
                process(batch);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody does: an interrupt would close the file being written
        }
    }

    private void process(List<Task<?, ?>> batch) {
        try {
            List<Consumer<Draft>> decisions = new ArrayList<>(batch.size());
            batch.forEach(task -> decisions.add(task::decide));
            Map<String, IOException> failed = process.apply(decisions);
            batch.forEach(task -> task.conclude(failed));
        } catch (RuntimeException | Error e) {
            // The writer must outlive any defect: whoever waits is told, and the next batch is tried.
            batch.forEach(task -> task.answer.completeExceptionally(e));
        }
    }

    @Override
    public void close() {
        closing = true;
        queue.add(new Task<>(draft -> draft, (draft, _) -> draft)); // wakes the writer
        try {
            thread.join(1_500);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        refuseAll();
    }

    private void refuseAll() {
        queue.forEach(task -> task.answer.completeExceptionally(
                new RefusedException(RefusedException.Reason.UNAVAILABLE, "the registry is stopping")));
    }
}
