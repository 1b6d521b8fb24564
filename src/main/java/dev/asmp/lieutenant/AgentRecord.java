package dev.asmp.lieutenant;

import dev.asmp.agent.ReadPosition;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of an agent. The position in its output belongs to the rest: who reads on from there, with the task that is
 * recorded, comes to the same state again.
 */
record AgentRecord(Identity identity, Status status, @Nullable String error, int tasks, ReadPosition position,
        @Nullable String sessionFile, @Nullable Task task, List<TaskResult> results, Instant active) {
    private static final int HISTORY = 20;

    /** The kinds of agents: one that stays, and one of a swarm. */
    enum Kind {
        LIEUTENANT, WORKER;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The states of an agent. {@code UNREACHABLE} says nothing about the agent, only that its machine does not answer;
     * {@code LOST} that its VM is gone for certain.
     */
    enum Status {
        STARTING, IDLE, WORKING, PAUSED, UNREACHABLE, ERROR, LOST;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What an agent is from its birth on; without a VM it runs on this machine. */
    record Identity(String id, String name, Kind kind, String role, @Nullable String vm, String folder,
            @Nullable String model, @Nullable String parent, @Nullable String commit, Instant created) {
        boolean isLocal() {
            return vm == null && commit == null;
        }

        /** What tells its record from others. */
        Mapping key() {
            return Mapping.builder().put("id", id).put("name", name).put("vm", vm).put("commit", commit).build();
        }

        /** The facts from which it can be found again on its VM. */
        Mapping facts() {
            return Mapping.builder().put("id", id).put("name", name).put("kind", kind.word()).put("role", role)
                    .put("folder", folder).put("model", model).put("parent", parent).build();
        }

        /** Reads such facts, with the {@code vm} that they stand for. */
        static Identity of(Mapping facts, Instant now) {
            return new Identity(need(facts, "id"), need(facts, "name"),
                    Kind.valueOf(need(facts, "kind").toUpperCase(Locale.ROOT)), need(facts, "role"), need(facts, "vm"),
                    need(facts, "folder"), facts.text("model"), facts.text("parent"), "", now);
        }

        Identity on(String otherVm) {
            return new Identity(id, name, kind, role, otherVm, folder, model, parent, commit, created);
        }
    }

    /** The task under way: the beginning of its message, and when it was given. */
    record Task(String id, String message, Instant began) {
        private static final int LONGEST = 200;

        static Task of(String id, String message, Instant began) {
            return new Task(id, message.substring(0, message.offsetByCodePoints(0,
                    Math.min(LONGEST, message.codePointCount(0, message.length())))), began);
        }

        Mapping document() {
            return Mapping.builder().put("id", id).put("message", message).put("began", Timestamps.format(began))
                    .build();
        }
    }

    AgentRecord {
        results = List.copyOf(results);
    }

    static AgentRecord born(Identity identity) {
        return new AgentRecord(identity, Status.STARTING, null, 0, ReadPosition.START, null, null, List.of(),
                identity.created());
    }

    /** The task under way, else the one that ended last; null before the first. */
    @Nullable
    String lastTask() {
        return task != null ? task.id() : results.isEmpty() ? null : results.getLast().task();
    }

    AgentRecord on(String vm) {
        return new AgentRecord(identity.on(vm), status, error, tasks, position, sessionFile, task, results, active);
    }

    AgentRecord with(Status next, @Nullable String why, Instant now) {
        return new AgentRecord(identity, next, why, tasks, position, sessionFile, task, results, now);
    }

    AgentRecord at(ReadPosition next) {
        return new AgentRecord(identity, status, error, tasks, next, sessionFile, task, results, active);
    }

    AgentRecord inSession(String file) {
        return new AgentRecord(identity, status, error, tasks, position, file, task, results, active);
    }

    AgentRecord given(Task next, Instant now) {
        return new AgentRecord(identity, Status.WORKING, null, tasks + 1, position, sessionFile, next, results, now);
    }

    AgentRecord finished(TaskResult result, Status next, @Nullable String why, Instant now) {
        List<TaskResult> all = new ArrayList<>(results.stream().map(TaskResult::brief).toList());
        all.add(result);
        return new AgentRecord(identity, next, why, tasks, position, sessionFile, null,
                all.subList(Math.max(0, all.size() - HISTORY), all.size()), now);
    }

    Mapping document() {
        return Mapping.builder().put("id", identity.id).put("name", identity.name).put("kind", identity.kind.word())
                .put("role", identity.role).put("vm", identity.vm).put("folder", identity.folder)
                .put("model", identity.model).put("parent", identity.parent).put("commit", identity.commit)
                .put("created", Timestamps.format(identity.created)).put("status", status.word()).put("error", error)
                .put("tasks", tasks).put("inode", position.inode()).put("offset", position.offset())
                .put("sessionFile", sessionFile).put("task", task == null ? null : task.document())
                .put("results", new Sequence(results.stream().map(result -> (Document) result.document()).toList()))
                .put("active", Timestamps.format(active)).build();
    }

    static AgentRecord of(Mapping document) {
        Identity identity = new Identity(need(document, "id"), need(document, "name"),
                Kind.valueOf(need(document, "kind").toUpperCase(Locale.ROOT)), need(document, "role"),
                document.text("vm"), need(document, "folder"), document.text("model"), document.text("parent"),
                document.text("commit"), Instant.parse(need(document, "created")));
        Mapping task = document.mapping("task");
        List<TaskResult> results = new ArrayList<>();
        document.list("results").forEach(result -> results.add(TaskResult.of((Mapping) result)));
        return new AgentRecord(identity, Status.valueOf(need(document, "status").toUpperCase(Locale.ROOT)),
                document.text("error"), Integer.parseInt(need(document, "tasks")),
                new ReadPosition(need(document, "inode"), Long.parseLong(need(document, "offset"))),
                document.text("sessionFile"),
                task.isEmpty()
                        ? null
                        : new Task(need(task, "id"), need(task, "message"), Instant.parse(need(task, "began"))),
                results, Instant.parse(need(document, "active")));
    }

    /** Tells whether this is the record of an agent that runs on a host, and not on a VM. */
    static boolean isLocal(Mapping document) {
        return document.text("vm") == null && document.text("commit") == null;
    }

    static String need(Mapping document, String key) {
        String text = document.text(key);
        if (text == null) {
            throw new IllegalArgumentException("the record of an agent has no " + key);
        }
        return text;
    }

    /** The agent as its owner sees it. */
    Mapping.Builder view(Instant now, boolean stalled) {
        TaskResult last = results.isEmpty() ? null : results.getLast();
        Task under = task;
        return Mapping.builder().put("name", identity.name).put("kind", identity.kind.word()).put("role", identity.role)
                .put("status", status.word()).put("error", error).put("local", Scalar.bool(identity.isLocal()))
                .put("vm", identity.vm).put("model", identity.model).put("tasks", tasks)
                .put("task", under == null
                        ? null
                        : under.document().with("seconds",
                                Scalar.number(Math.max(0, now.getEpochSecond() - under.began.getEpochSecond()))))
                .put("stalled", stalled ? Scalar.bool(true) : null)
                .put("last", last == null
                        ? null
                        : Mapping.builder().put("taskId", last.task())
                                .put("outcome", last.outcome().name().toLowerCase(Locale.ROOT))
                                .put("endedAt", Timestamps.format(last.ended())).build())
                .put("created", Timestamps.format(identity.created)).put("active", Timestamps.format(active));
    }
}
