package dev.asmp.lieutenant;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.lieutenant.AgentRecord.Kind;
import dev.asmp.lieutenant.AgentRecord.Status;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.store.RefusedException;
import dev.asmp.store.RefusedException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * The workers of the owner's swarm. A worker gets one task at a time; waiting is for tasks, so a worker without one holds up
 * nothing.
 */
public final class Swarm {
    private static final int MOST = 20;
    private static final int PARALLEL = 4;

    private final Agents agents;
    private final AgentGroup workers;

    Swarm(Agents agents) {
        this.agents = agents;
        this.workers = new AgentGroup(agents, Kind.WORKER);
    }

    /** The workers, one by one. */
    public AgentGroup workers() {
        return workers;
    }

    /** Begins to start workers: {@code count} of them, named by {@code labels}, else {@code agent-1} and so on. */
    public synchronized Mapping spawn(Document document) {
        if (!(document instanceof Mapping body)) {
            throw new InvalidDocumentException("body", "must be an object");
        }
        List<String> labels = body.texts("labels");
        String count = body.text("count");
        if (count != null && !count.matches("[0-9]{1,3}")) {
            throw new InvalidDocumentException("count", "must be a whole number");
        }
        int wanted = count == null ? Math.max(1, labels.size()) : Integer.parseInt(count);
        if (wanted < 1) {
            throw new InvalidDocumentException("count", "must be at least 1");
        }
        if (wanted < labels.size() || new HashSet<>(labels).size() < labels.size()) {
            throw new InvalidDocumentException("labels", "must be different names, and no more than count");
        }
        long there = agents.table().all(Kind.WORKER).stream().filter(worker -> !worker.state().isForgotten()).count();
        if (there + wanted > MOST) {
            throw new RefusedException(Reason.FORBIDDEN,
                    "a swarm has at most " + MOST + " workers, and there are " + there + " already");
        }
        List<AgentRequest> requests = new ArrayList<>();
        for (String name : names(labels, wanted)) {
            requests.add(AgentRequest.worker(body, name));
        }
        requests.forEach(request -> agents.table().requireFree(request.name()));
        return list(requests.stream().map(agents::create).toList());
    }

    private List<String> names(List<String> labels, int count) {
        List<String> names = new ArrayList<>(labels);
        for (int number = 1; names.size() < count; number++) {
            String name = "agent-" + number;
            ManagedAgent there = agents.find(name);
            if (!names.contains(name) && (there == null || there.state().isForgotten())) {
                names.add(name);
            }
        }
        return names;
    }

    private static Mapping list(List<Mapping> agents) {
        return Mapping.builder().put("agents", new Sequence(agents.stream().map(agent -> (Document) agent).toList()))
                .build();
    }

    /** Gives an idle worker a task. */
    public Mapping task(String name, String text) {
        return workers.task(name, text);
    }

    /** Waits until these tasks are done, or the last one of each worker. A task that is not known is not waited for. */
    public Mapping await(List<String> asked, Duration most) throws InterruptedException {
        Set<String> tasks = new HashSet<>(asked);
        List<ManagedAgent> all = agents.table().all(Kind.WORKER);
        if (asked.isEmpty()) {
            all.forEach(worker -> {
                String task = worker.record().lastTask();
                if (task != null) {
                    tasks.add(task);
                }
            });
        }
        long end = System.nanoTime() + most.toNanos();
        List<Document> completed = new ArrayList<>();
        List<String> pending = new ArrayList<>();
        Set<String> unknown = new HashSet<>(tasks);
        for (ManagedAgent worker : all) {
            for (String task : tasks) {
                boolean isIts = worker.tasks().result(task) != null || worker.tasks().isUnderWay(task);
                if (isIts) {
                    unknown.remove(task);
                    TaskResult result = worker.tasks().await(task,
                            Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                    if (result == null) {
                        pending.add(task);
                    } else {
                        completed.add(result.document());
                    }
                }
            }
        }
        return Mapping.builder().put("completed", new Sequence(completed)).put("pending", Sequence.ofTexts(pending))
                .put("unknown", unknown.isEmpty() ? null : Sequence.ofTexts(unknown.stream().sorted().toList()))
                .put("timedOut", Scalar.bool(!pending.isEmpty())).build();
    }

    /** Ends workers with all that they have, or the whole swarm; one that cannot be ended is kept and named. */
    public Mapping tearDown(List<String> names) throws InterruptedException {
        List<String> all = names.isEmpty()
                ? agents.table().all(Kind.WORKER).stream().map(worker -> worker.record().identity().name()).toList()
                : names;
        Semaphore places = new Semaphore(PARALLEL);
        List<CompletableFuture<String>> ends = new ArrayList<>();
        for (String name : all) {
            places.acquire();
            ends.add(CompletableFuture.supplyAsync(() -> {
                try {
                    workers.remove(name);
                    return "";
                } catch (RefusedException e) {
                    return String.valueOf(e.getMessage());
                } finally {
                    places.release();
                }
            }, Thread::startVirtualThread));
        }
        List<String> removed = new ArrayList<>();
        List<Document> kept = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            String problem = ends.get(i).join();
            if (problem.isEmpty()) {
                removed.add(all.get(i));
            } else {
                kept.add(Mapping.builder().put("name", all.get(i)).put("error", problem).build());
            }
        }
        return Mapping.builder().put("removed", Sequence.ofTexts(removed)).put("kept", new Sequence(kept)).build();
    }

    /** Waits until no worker is being started, and answers all. */
    public Mapping awaitStarts(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        for (ManagedAgent worker : agents.table().all(Kind.WORKER)) {
            while (worker.record().status() == Status.STARTING && System.nanoTime() - end < 0) {
                worker.awaitStart(worker.view().text("step"), Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        }
        return workers.list();
    }
}
