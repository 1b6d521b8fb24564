package dev.asmp.daemon;

import dev.asmp.scan.FoundManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The manifests that one scan claims while it reads on, on a thread of their own. All that has gathered is claimed together, up
 * to a limit: the slower the disk, the more at a time. The scan waits when the queue is full.
 */
final class ClaimQueue implements AutoCloseable {
    private static final int MOST = 512;

    private final int together;
    private final Consumer<List<FoundManifest>> claim;
    private final Semaphore room = new Semaphore(MOST);
    private final Queue<FoundManifest> waiting = new ConcurrentLinkedQueue<>();
    private @Nullable ExecutorService thread;
    private CompletableFuture<@Nullable Void> run = CompletableFuture.completedFuture(null);

    ClaimQueue(int together, Consumer<List<FoundManifest>> claim) {
        this.together = together;
        this.claim = claim;
    }

    /** Adds a manifest; waits while there is no room. */
    void add(FoundManifest found) {
        if (!room.tryAcquire()) {
            begin();
            room.acquireUninterruptibly();
        }
        waiting.add(found);
    }

    /** Makes sure that what was added is being claimed. */
    void begin() {
        if (!waiting.isEmpty() && run.isDone()) {
            await();
            run = CompletableFuture.runAsync(() -> {
                try {
                    claimAll();
                } catch (RuntimeException | Error e) {
                    room.release(MOST); // the scan must not wait for this thread
                    throw e;
                }
            }, thread());
        }
    }

    /** Returns when all that was added is claimed. */
    void finish() {
        await();
        claimAll();
    }

    private void claimAll() {
        List<FoundManifest> group = new ArrayList<>();
        for (FoundManifest next = waiting.poll(); next != null; next = waiting.poll()) {
            group.add(next);
            if (group.size() >= together || waiting.isEmpty()) {
                room.release(group.size());
                claim.accept(List.copyOf(group));
                group.clear();
            }
        }
    }

    private void await() {
        try {
            run.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private ExecutorService thread() {
        ExecutorService running = thread;
        if (running == null) {
            running = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("scan-claims").daemon().factory());
            thread = running;
        }
        return running;
    }

    @Override
    public void close() {
        ExecutorService running = thread;
        if (running != null) {
            running.close();
        }
    }
}
