package dev.asmp.lieutenant;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Ordered steps, each with its limit and its undo. When one fails or hangs, it and those before it are undone in reverse order;
 * one that succeeds after its limit is undone then.
 */
final class Spawner {
    private final Consumer<String> log;

    Spawner(Consumer<String> log) {
        this.log = log;
    }

    /** A step; its undo must be harmless where the step did nothing. */
    record Step(String name, Duration limit, Action action, Action undo) {
        static Step of(String name, Duration limit, Action action) {
            return new Step(name, limit, action, () -> {});
        }

        Step undoneBy(Action other) {
            return new Step(name, limit, action, other);
        }
    }

    /** Something that may fail. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    /** The failure of a step; what it did is undone as far as possible. */
    static final class Failure extends Exception {
        private static final long serialVersionUID = 1L;
        private final String step;

        Failure(String step, String why) {
            super(step + ": " + why);
            this.step = step;
        }

        String step() {
            return step;
        }
    }

    /** Runs all steps; {@code entered} is told the name of each. */
    void run(List<Step> steps, Consumer<String> entered) throws Failure {
        Deque<Step> done = new ArrayDeque<>();
        for (Step step : steps) {
            entered.accept(step.name);
            done.push(step);
            CompletableFuture<Void> run = started(step);
            try {
                run.get(step.limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                undo(done);
                throw new Failure(step.name, reason(e.getCause() == null ? e : e.getCause()));
            } catch (TimeoutException _) {
                undo(done);
                var _ = run.whenComplete((_, _) -> undo(new ArrayDeque<>(List.of(step))));
                throw new Failure(step.name, "it took longer than " + step.limit.toSeconds() + " s");
            } catch (InterruptedException _) {
                undo(done);
                Thread.currentThread().interrupt();
                throw new Failure(step.name, "interrupted");
            }
        }
    }

    private static CompletableFuture<Void> started(Step step) {
        CompletableFuture<Void> run = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                step.action.run();
                run.complete(null);
            } catch (Exception | Error e) {
                run.completeExceptionally(e);
            }
        });
        return run;
    }

    private void undo(Deque<Step> steps) {
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            try {
                step.undo.run();
            } catch (Exception e) {
                log.accept("the step " + step.name + " could not be undone: " + reason(e));
            }
        }
    }

    static String reason(Throwable e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
