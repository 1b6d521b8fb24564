package dev.asmp.cli;

import dev.asmp.client.FleetClient;
import dev.asmp.client.RegistryException;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.PrintStream;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one VM registered: waits for its id, registers it, gives signs of life, registers again what the registry lost, goes
 * on when a registry that was away is back, and says at the end that the VM stops. Nothing but being told so ends it.
 */
final class VmAgent {
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** An answer has at most the entry of this VM. */
    private static final int MAX_ANSWER = 2 * 1024 * 1024;

    private final Told told;
    private final Supplier<Environment> surroundings;
    private final PrintStream err;
    private final RetryInterval pace;
    /** Tells this agent from one in a copy of the VM, whose memory is the same. */
    private String instance = UUID.randomUUID().toString();
    private long beats;
    private @Nullable String id;
    private Stage stage = Stage.NEW;
    private Trouble trouble = Trouble.NONE;
    private String complaint = "";
    private long due = System.nanoTime();
    private boolean saidThatItWaits;

    /** The VM's description of itself; null fields are left out. */
    record Told(@Nullable String name, @Nullable String role, @Nullable String address, @Nullable Sequence services,
            @Nullable Mapping metadata, Duration interval) {}

    private enum Stage {
        NEW, REGISTERED, LOST
    }

    private enum Trouble {
        NONE, AWAY, REFUSED
    }

    VmAgent(Told told, Supplier<Environment> surroundings, PrintStream err) {
        this.told = told;
        this.surroundings = surroundings;
        this.err = err;
        this.pace = new RetryInterval(told.interval, () -> ThreadLocalRandom.current().nextDouble());
    }

    /** Does what is due, again and again. */
    void run(BackgroundTask background) throws InterruptedException {
        Duration pause = Duration.ZERO;
        while (!background.isOverWithin(pause)) {
            pause = step();
        }
        leave(surroundings.get());
    }

    /** Does what is due and returns how long nothing will be: a second at most, since the id may come or change. */
    private Duration step() {
        Environment now = surroundings.get();
        becomes(now.variable("VERS_VM_ID"), now);
        if (id == null) {
            if (!saidThatItWaits) {
                say("waiting for VERS_VM_ID");
            }
            saidThatItWaits = true;
            return LOOK;
        }
        if (System.nanoTime() - due >= 0) {
            due = System.nanoTime() + attempt(id, now).toNanos();
        }
        Duration left = Duration.ofNanos(Math.max(0, due - System.nanoTime()));
        return left.compareTo(LOOK) < 0 ? left : LOOK;
    }

    /** A VM that was copied has another id than the one it was copied from. */
    private void becomes(@Nullable String now, Environment environment) {
        if (now == null || now.equals(id)) {
            return;
        }
        if (id != null) {
            say("VERS_VM_ID is now " + now + " and was " + id);
            leave(environment);
        }
        id = now;
        stage = Stage.NEW;
        due = System.nanoTime();
    }

    /** Registers or gives a sign of life; returns when to do so again. */
    private Duration attempt(String id, Environment environment) {
        try {
            FleetClient registry = FleetClient.reading(MAX_ANSWER, environment);
            if (stage != Stage.REGISTERED || !beats(id, registry)) {
                register(id, role(environment), registry);
            } else if (trouble != Trouble.NONE) {
                say("the registry is back; it knows " + id);
            }
            trouble = Trouble.NONE;
            complaint = "";
            return pace.steady();
        } catch (RegistryException.Unreachable e) {
            complain(Trouble.AWAY, e.getMessage() + "; trying again until it does");
            return pace.afterFailure();
        } catch (RuntimeException | Error e) {
            // The agent goes on after any failure, since the cause may be repaired from outside.
            complain(Trouble.REFUSED, (e instanceof RegistryException ? e.getMessage() : e.toString())
                    + "; trying again every " + told.interval.toMillis() / 1000.0 + " s");
            return pace.steady();
        }
    }

    /** Gives a sign of life; whether the registry knows this VM. */
    private boolean beats(String id, FleetClient registry) {
        Mapping sender = Mapping.builder().put("instance", instance).put("seq", ++beats).build();
        Reply reply = registry.call(json("POST", VmOptions.path(id) + "/heartbeat", sender));
        if (reply.status() == 404) {
            stage = Stage.LOST;
            return false;
        }
        if (reply.status() == 409) {
            instance = UUID.randomUUID().toString(); // a copy of this VM has the old one; its id is read before each beat
            return false;
        }
        accept(reply, registry);
        return true;
    }

    private String role(Environment environment) {
        return told.role != null ? told.role : ServiceTable.or(environment.variable("VERS_AGENT_ROLE"), "worker");
    }

    private void register(String id, String role, FleetClient registry) {
        String back = switch (trouble) {
            case NONE -> "";
            case AWAY -> "the registry is back; ";
            case REFUSED -> "the registry takes it now; ";
        };
        Reply reply = registry.call(json("POST", "/registry/vms", registration(id, role)));
        boolean conflict = reply.status() == 409;
        accept(conflict ? registry.call(json("PATCH", VmOptions.path(id), revival())) : reply, registry);
        say(back + switch (stage) {
            case NEW, REGISTERED -> id + (conflict
                    ? " was registered already and is running again"
                    : " is registered as " + role) + " (" + registry.shown() + ")";
            case LOST -> id + " was lost there and is registered again";
        });
        stage = Stage.REGISTERED;
    }

    private Mapping registration(String id, String role) {
        return Mapping.builder().put("id", id).put("name", told.name == null ? id : told.name).put("role", role)
                .put("status", "running").put("address", told.address == null ? id + ".vm.vers.sh" : told.address)
                .put("services", told.services).put("metadata", told.metadata).put("registeredBy", id).build();
    }

    /** The program that created this VM may have registered a name; it stays unless the agent was given one. */
    private Mapping revival() {
        return Mapping.builder().put("name", told.name).put("status", "running").put("address", told.address)
                .put("services", told.services).put("metadata", told.metadata).put("instance", instance).build();
    }

    private static Request json(String method, String path, Mapping body) {
        return Request.json(method, path, Json.write(body));
    }

    /** Takes an answer for done; a registry in trouble counts as one that is away. */
    private static void accept(Reply reply, FleetClient registry) {
        int status = reply.status();
        if (status >= 500 || status == 408 || status == 429) {
            throw new RegistryException.Unreachable("no help from " + registry.shown() + ": " + registry.error(reply));
        }
        if (status >= 400) {
            throw new RegistryException(registry.shown() + " refuses: " + registry.error(reply));
        }
    }

    /** Says once that something is wrong: a registry that is away, in whatever way, or each thing that is refused. */
    private void complain(Trouble now, String what) {
        if (now != trouble || (now == Trouble.REFUSED && !what.equals(complaint))) {
            say(what);
        }
        trouble = now;
        complaint = what;
    }

    /** Says that this VM stops, if the registry was ever told that it runs. */
    private void leave(Environment environment) {
        if (id == null || stage == Stage.NEW) {
            return;
        }
        try {
            FleetClient registry = FleetClient.reading(MAX_ANSWER, environment);
            accept(registry.call(json("PATCH", VmOptions.path(id), Mapping.builder().put("status", "stopped").build())),
                    registry);
            say(id + " is stopped");
        } catch (RuntimeException | Error e) {
            say("the registry does not know that " + id + " stops: " + e.getMessage());
        }
    }

    private void say(String line) {
        err.println("asmp: " + Terminal.clean(line));
        err.flush();
    }
}
