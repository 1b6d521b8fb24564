package dev.asmp.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The one thread that changes the fleet. It takes all that has gathered, has it processed as one batch, and answers. */
final class Writer implements AutoCloseable {
    private static final int BATCH = 128;
    private static final long CLOSING_MILLIS = 1_500;

    private final BlockingQueue<Task<?>> queue = new LinkedBlockingQueue<>();
    private final Work work;
    private final Consumer<String> log;
    private final Thread thread;
    private volatile boolean closing;
    private @Nullable String lastDefect;

    /** What the thread does. */
    interface Work {
        /** Decides changes in order and makes them true; throws if they cannot be. */
        void process(List<Consumer<Draft>> decisions);

        /** Does what is due by itself; called between batches, and now and then where there are none. */
        void tend();

        /** How long to wait before {@link #tend} when nothing comes in. */
        long restMillis();

        /** Comes last. */
        void end();
    }

    Writer(Work work, Consumer<String> log) {
        this.work = work;
        this.log = log;
        this.thread = Thread.ofPlatform().name("vm-writer").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** One change: how it is decided, and the decision, which is the answer if the batch could be made true. */
    private static final class Task<R extends @Nullable Object> {
        private final Function<Draft, R> decide;
        private final CompletableFuture<R> answer = new CompletableFuture<>();
        private @Nullable Runnable conclusion;

        Task(Function<Draft, R> decide) {
            this.decide = decide;
        }

        void decide(Draft draft) {
            try {
                R decision = decide.apply(draft);
                conclusion = () -> answer.complete(decision);
            } catch (RuntimeException e) {
                conclusion = () -> answer.completeExceptionally(e);
            }
        }

        void conclude() {
            if (conclusion != null) {
                conclusion.run();
            }
        }
    }

    /** Hands in a change and waits until it lasts. */
    <R extends @Nullable Object> R submit(Function<Draft, R> decide) {
        if (thread.equals(Thread.currentThread())) {
            throw new IllegalStateException("a listener must not change the fleet");
        }
        if (closing) {
            throw stopping();
        }
        Task<R> task = new Task<>(decide);
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
                List<Task<?>> batch = new ArrayList<>();
                Task<?> first = queue.poll(work.restMillis(), TimeUnit.MILLISECONDS);
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

    private void process(List<Task<?>> batch) {
        try {
            List<Consumer<Draft>> decisions = new ArrayList<>(batch.size());
            batch.forEach(task -> decisions.add(task::decide));
            work.process(decisions);
            batch.forEach(Task::conclude);
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
            String told = "defect in the VM registry: " + e;
            if (!told.equals(lastDefect)) {
                log.accept(told);
            }
            lastDefect = told;
        }
    }

    @Override
    public void close() {
        closing = true;
        queue.add(new Task<>(draft -> draft)); // wakes the writer
        try {
            thread.join(CLOSING_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        refuseAll();
    }

    private void refuseAll() {
        queue.forEach(task -> task.answer.completeExceptionally(stopping()));
    }

    private static VmRefusedException stopping() {
        return new VmRefusedException(VmRefusedException.Reason.UNAVAILABLE, "the registry is stopping");
    }
}
