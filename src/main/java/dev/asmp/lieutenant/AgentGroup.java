package dev.asmp.lieutenant;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.lieutenant.AgentRecord.Kind;
import dev.asmp.lieutenant.AgentRecord.Status;
import dev.asmp.store.RefusedException;
import dev.asmp.store.RefusedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The agents of one kind, as their owner calls them: by name, with answers as documents. */
public final class AgentGroup {
    private final Agents agents;
    private final Kind kind;

    AgentGroup(Agents agents, Kind kind) {
        this.agents = agents;
        this.kind = kind;
    }

    private ManagedAgent find(String name) {
        ManagedAgent agent = agents.find(name);
        if (agent == null || agent.record().identity().kind() != kind) {
            for (Mapping other : agents.elsewhere(kind)) {
                if (name.equals(other.text("name"))) {
                    throw new RefusedException(Reason.UNAVAILABLE, name + " is held by the registry process of "
                            + other.text("holder") + "; ask there, or wait until another one has taken it over");
                }
            }
            throw new RefusedException(Reason.NOT_FOUND, "there is no " + kind.word() + " '" + name + "'");
        }
        return agent;
    }

    /** Begins to start an agent; its status tells how that goes. */
    public Mapping create(AgentRequest request) {
        return agents.create(request);
    }

    public Mapping list() {
        List<Document> all = new ArrayList<>();
        agents.table().all(kind).forEach(agent -> all.add(agent.view()));
        all.addAll(agents.elsewhere(kind));
        return Mapping.builder().put("agents", new Sequence(all)).build();
    }

    /** One agent; waits until its start is over, or in another step than {@code seen}. */
    public Mapping view(String name, @Nullable String seen, Duration most) throws InterruptedException {
        return find(name).awaitStart(seen, most);
    }

    /** Gives an agent a message, whether it works or not. */
    public Mapping send(String name, String message, boolean steer) {
        return find(name).driver().send(message, steer, false);
    }

    /** Gives an idle agent a task of its own. */
    Mapping task(String name, String text) {
        return find(name).driver().send(text, false, true);
    }

    /** Attaches to agents on VMs of ours that have no record here. */
    public Mapping discover() {
        return Mapping.builder().put("found", Sequence.ofTexts(agents.discover(kind))).build();
    }

    /** Ends an agent's task. */
    public Mapping abort(String name) {
        return find(name).driver().abort();
    }

    /** The text of a task from a character on; of the one under way, or the last, where none is named. */
    public Mapping read(String name, @Nullable String task, long from, Duration most) throws InterruptedException {
        return find(name).tasks().read(task, from, most);
    }

    /** The results of the last tasks, the latest last. */
    public Mapping history(String name) {
        return Mapping.builder().put("name", name)
                .put("results",
                        new Sequence(find(name).record().results().stream()
                                .map(result -> (Document) result.document()).toList()))
                .build();
    }

    public Mapping pause(String name) {
        ManagedAgent agent = find(name);
        if (agent.record().status() != Status.IDLE) {
            throw new RefusedException(Reason.CONFLICT,
                    name + " is " + agent.record().status().word() + "; only an idle agent can be paused");
        }
        try {
            agent.pause();
        } catch (IOException e) {
            throw failed(name + " could not be paused", e);
        }
        return agent.view();
    }

    public Mapping resume(String name) {
        ManagedAgent agent = find(name);
        Status status = agent.record().status();
        if (agent.state().isForgotten() || (status != Status.ERROR && status != Status.PAUSED)) {
            throw new RefusedException(Reason.CONFLICT, name + " is " + status.word()
                    + (agent.state().isForgotten() ? " and was never started" : "") + "; there is nothing to resume");
        }
        try {
            agent.resume();
        } catch (IOException | RuntimeException e) {
            throw failed(name + " could not be resumed", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new RefusedException(Reason.UNAVAILABLE, "the daemon is stopping");
        }
        return agent.view();
    }

    /** Ends an agent with all that it has; it is kept where that fails. */
    public Mapping remove(String name) {
        ManagedAgent agent = find(name);
        if (agent.record().status() == Status.STARTING) {
            throw new RefusedException(Reason.CONFLICT, name + " is being started; try again when it is ready");
        }
        String vm = agent.record().identity().vm();
        try {
            agents.remove(agent);
        } catch (IOException e) {
            throw failed(name + " is kept, because it could not be ended", e);
        }
        return Mapping.builder().put("removed", name).put("vm", vm).build();
    }

    private static RefusedException failed(String what, Exception e) {
        return e instanceof RefusedException refused
                ? refused
                : new RefusedException(Reason.UNAVAILABLE, what + ": " + Spawner.reason(e));
    }
}
