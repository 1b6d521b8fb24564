package dev.asmp.etcd;

import dev.asmp.etcd.EtcdChange.Known;
import dev.asmp.etcd.EtcdException.Kind;
import dev.asmp.store.BatchWriter;
import dev.asmp.vm.MirroredFleet;
import dev.asmp.vm.VmEntry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The work of one batch: what the changes decide upon the view becomes a transaction that requires that nothing of it has
 * changed meanwhile. Where something has, what is there now is read, and the changes are decided again.
 */
final class EtcdWriter implements BatchWriter.Work<EtcdChange> {
    /** A change needs three operations of a kind at most, and etcd takes 128 in a transaction. */
    private static final int MAX_CHANGES = 40;
    private static final int MAX_BYTES = 700_000;
    private static final int MAX_TRIES = 20;
    private static final int IN_FLIGHT = 4;
    /** How long a change is tried while members fail, and where the last one failed just before. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    /**
     * A change that has waited for longer is not begun: its client may soon ask another process, and what is done here after that
     * would undo what is done there.
     */
    private static final long OLDEST = Duration.ofSeconds(6).toNanos();
    private static final Duration HASTE = Duration.ofMillis(1);
    private static final Duration SHOWN_LATEST = Duration.ofMillis(500);
    private static final long AWAY_FOR = Duration.ofMillis(500).toNanos();
    /** A saved change that the watch has not brought by then is on a stream that is dead, when nothing else came either. */
    private static final Duration HELD_UP = Duration.ofMillis(700);

    private final EtcdRounds rounds;
    private final EtcdReplica replica;
    private final MirroredFleet view;
    private final EtcdFreshness freshness;
    private final EtcdPulse pulse;
    private final EtcdWatch watch;
    private final EtcdFence fence;
    private final EtcdAnswers answers;
    private final EtcdCounters counters;
    private final Consumer<String> log;
    /** Changes that no transaction has taken yet, how many transactions are under way, and whether a beat is; all guarded by this. */
    private final ArrayDeque<EtcdChange> waiting = new ArrayDeque<>();
    private int flying;
    private boolean beating;
    private volatile long awaySince;
    private volatile boolean away;

    EtcdWriter(EtcdLink link, EtcdKeys keys, String self, EtcdReplica replica, MirroredFleet view,
            EtcdFreshness freshness, EtcdPulse pulse, EtcdWatch watch, EtcdAnswers answers, EtcdCounters counters,
            InstantSource clock, Consumer<String> log) {
        this.rounds = new EtcdRounds(keys, self, clock);
        this.replica = replica;
        this.view = view;
        this.freshness = freshness;
        this.pulse = pulse;
        this.watch = watch;
        this.fence = new EtcdFence(link, keys, self);
        this.answers = answers;
        this.counters = counters;
        this.log = log;
    }

    @Override
    public synchronized void process(List<EtcdChange> changes) {
        waiting.addAll(changes);
        begin();
    }

    /**
     * Begins a round where none is under way, else the changes gather: a transaction of many costs etcd little more than one of
     * few. Rounds that are full are begun beside it; they know nothing of each other, as those of two processes.
     */
    private void begin() {
        while (!waiting.isEmpty() && (flying == 0 || (flying < IN_FLIGHT && waiting.size() >= MAX_CHANGES))) {
            List<EtcdChange> round = nextRound();
            flying++;
            Thread.ofVirtual().name("vm-commit").start(() -> {
                try {
                    commitOrRefuse(round);
                } finally {
                    ended();
                }
            });
        }
    }

    private synchronized void ended() {
        flying--;
        begin();
        notifyAll();
    }

    /** Takes the first changes, each of another VM and other facts, as many as a transaction holds. */
    private List<EtcdChange> nextRound() {
        List<EtcdChange> round = new ArrayList<>();
        Set<String> touched = new HashSet<>();
        long bytes = 0;
        while (!waiting.isEmpty() && round.size() < MAX_CHANGES) {
            EtcdChange change = waiting.element();
            VmEntry known = view.get(change.id());
            bytes += (known == null ? 0 : known.length()) + change.length();
            boolean isSecond = (!change.id().isEmpty() && !touched.add(change.id()))
                    || (change.facts() != null && !touched.add("facts " + change.facts()));
            if (!round.isEmpty() && (isSecond || bytes > MAX_BYTES)) {
                break;
            }
            round.add(waiting.remove());
        }
        return round;
    }

    private void commitOrRefuse(List<EtcdChange> round) {
        try {
            if (round.stream().anyMatch(change -> change.age() > OLDEST)) {
                throw new EtcdException(Kind.AWAY, "it waited for too long");
            }
            if (away && System.nanoTime() - awaySince < AWAY_FOR) {
                throw new EtcdException(Kind.AWAY, String.valueOf(freshness.problem()));
            }
            commit(round);
        } catch (EtcdException e) {
            counters.failed.increment();
            failed(e);
            refuse(round, e.refusal());
        } catch (RuntimeException e) {
            refuse(round, e);
        }
    }

    private void refuse(List<EtcdChange> round, RuntimeException why) {
        round.forEach(change -> {
            replica.written().remove(change.id());
            change.refuse(why);
        });
    }

    private void commit(List<EtcdChange> round) throws EtcdException {
        List<Known> known = new ArrayList<>(round.stream().map(this::known).toList());
        for (int i = 0; i < MAX_TRIES; i++) {
            EtcdTransaction transaction = rounds.transaction(round, known, pulse.lease());
            round.stream().map(change -> change.decided().entry()).filter(Objects::nonNull)
                    .forEach(entry -> replica.written().put(entry.id(), entry));
            EtcdLink.Answer answer = fence.carryOut(transaction, pulse.lease(), away ? HASTE : PATIENCE);
            answered();
            boolean done = EtcdTransaction.succeeded(answer.body());
            if (!done) {
                List<Known> now = EtcdRounds.known(round,
                        fence.read(rounds.reads(round), away ? HASTE : PATIENCE));
                done = answer.repeated() && EtcdRounds.isDone(round, known, now);
                known = now;
            }
            if (done) {
                counters.committed.increment();
                answers.add(EtcdTransaction.revision(answer.body()), List.copyOf(round));
                return;
            }
            counters.retried.increment();
        }
        throw new EtcdException(Kind.REFUSED, "other processes changed the same VM " + MAX_TRIES + " times meanwhile");
    }

    private void failed(EtcdException e) {
        if (e.kind() == Kind.AWAY || e.kind() == Kind.SETUP) {
            away = true;
            awaySince = System.nanoTime();
        }
        if (freshness.problem() == null) {
            log.accept("etcd does not take writes: " + e.getMessage());
        }
        freshness.failed(String.valueOf(e.getMessage()));
    }

    private void answered() {
        if (freshness.problem() != null) {
            log.accept("etcd takes writes again");
        }
        away = false;
        freshness.answered();
    }

    private Known known(EtcdChange change) {
        String facts = change.facts();
        return new Known(view.get(change.id()), replica.modified(change.id()), replica.mark(change.id()),
                facts == null ? null : view.kept(facts).get(facts), facts == null ? 0 : replica.factsModified(facts));
    }

    @Override
    public void tend() {
        if (answers.areHeldUp(HELD_UP.toNanos())) {
            watch.restartIfSilent(HELD_UP.toNanos());
        }
        answers.expire();
        beginToBeat();
    }

    /** Beats beside the rounds: where a member is silent, changes do not wait for that too. */
    private synchronized void beginToBeat() {
        if (!beating && pulse.untilDue(away) <= 0) {
            beating = true;
            Thread.ofVirtual().name("etcd-pulse").start(() -> {
                try {
                    beat();
                } catch (RuntimeException e) {
                    failed(new EtcdException(Kind.REFUSED, "defect in etcd-pulse: " + e));
                } finally {
                    hasBeaten();
                }
            });
        }
    }

    private void beat() {
        try {
            long written = pulse.beat(away ? HASTE : PATIENCE);
            answered();
            fence.settle(pulse.lease(), PATIENCE);
            if (answers.await(written, SHOWN_LATEST)) {
                pulse.judge(); // with the heartbeats that this process took itself
            }
        } catch (EtcdException e) {
            failed(e);
        }
    }

    private synchronized void hasBeaten() {
        beating = false;
        notifyAll();
    }

    @Override
    public synchronized long idleMillis() {
        long due = beating ? pulse.interval() : pulse.untilDue(away);
        long most = beating || flying > 0 || answers.areWaiting() ? HELD_UP.toNanos() : Long.MAX_VALUE;
        return Math.max(1, Duration.ofNanos(Math.min(due, most)).toMillis());
    }

    private synchronized void awaitRounds() {
        try {
            while (flying > 0 || beating) {
                wait();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void end() {
        awaitRounds();
        if (!away) {
            try {
                pulse.judge();
                pulse.end();
            } catch (EtcdException _) {
                // The lease ends what is left of this process, and its VMs beat elsewhere.
            }
        }
        answers.end();
    }
}
