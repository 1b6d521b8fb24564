package dev.asmp.linear;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether calls that overlapped can have taken effect one by one, each between its call and its return. Names do not
 * concern each other, so each is searched alone, by the algorithm of Wing and Gong with the memory of Lowe: a set of calls
 * that was already tried with the same outcome is not tried again.
 */
final class Checker {
    private final Event head = new Event(null, -1, false);
    private final int calls;

    /** The beginning or the end of a call, in a list ordered by time. */
    private static final class Event {
        private final @Nullable Call call;
        private final int number;
        private final boolean begins;
        private @Nullable Event end;
        private @Nullable Event before;
        private @Nullable Event next;

        Event(@Nullable Call call, int number, boolean begins) {
            this.call = call;
            this.number = number;
            this.begins = begins;
        }

        long time() {
            return begins ? call.called() : call.returned();
        }

        void append(Event event) {
            next = event;
            event.before = this;
        }

        void unlink() {
            before.next = next;
            if (next != null) {
                next.before = before;
            }
        }

        void relink() {
            before.next = this;
            if (next != null) {
                next.before = this;
            }
        }
    }

    private record Step(Event event, Service before) {}

    private record Tried(BitSet done, Service service) {}

    private Checker(List<Call> calls) {
        this.calls = calls.size();
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            Event begin = new Event(calls.get(i), i, true);
            begin.end = new Event(calls.get(i), i, false);
            events.add(begin);
            events.add(begin.end);
        }
        events.sort(Comparator.comparingLong(Event::time).thenComparing(event -> !event.begins));
        Event last = head;
        for (Event event : events) {
            last.append(event);
            last = event;
        }
    }

    /** The names whose calls no order explains. */
    static List<String> contradictions(List<Call> calls) {
        return calls.stream().collect(Collectors.groupingBy(Call::name)).entrySet().stream()
                .filter(name -> !new Checker(name.getValue()).isLinearizable()).map(name -> name.getKey()).sorted()
                .toList();
    }

    private boolean isLinearizable() {
        BitSet done = new BitSet(calls);
        Set<Tried> tried = new HashSet<>();
        Deque<Step> steps = new ArrayDeque<>();
        Service service = Service.NONE;
        Event event = head.next;
        while (head.next != null) {
            if (!event.begins) { // a call has returned, and nothing that overlaps it can come before it
                if (steps.isEmpty()) {
                    return false;
                }
                Step step = steps.pop();
                service = step.before;
                done.clear(step.event.number);
                step.event.end.relink();
                step.event.relink();
                event = step.event.next;
                continue;
            }
            Service after = service.after(event.call);
            done.set(event.number);
            if (after != null && tried.add(new Tried((BitSet) done.clone(), after))) {
                steps.push(new Step(event, service));
                service = after;
                event.unlink();
                event.end.unlink();
                event = head.next;
            } else {
                done.clear(event.number);
                event = event.next;
            }
        }
        return true;
    }
}
