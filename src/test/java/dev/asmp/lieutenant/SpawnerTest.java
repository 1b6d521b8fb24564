package dev.asmp.lieutenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Until;
import dev.asmp.lieutenant.Spawner.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Steps that fail, hang, and succeed when they were given up. */
class SpawnerTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private final List<String> did = new CopyOnWriteArrayList<>();

    private Step step(String name) {
        return Step.of(name, LONG, () -> did.add(name)).undoneBy(() -> did.add("undo " + name));
    }

    private Spawner.Failure failure(List<Step> steps) {
        return assertThrows(Spawner.Failure.class, () -> new Spawner(did::add).run(steps, _ -> {}));
    }

    @Test
    void theStepsBeforeAFailureAndItselfAreUndoneBackwards() {
        Step fails = Step.of("c", LONG, () -> {
            throw new IOException("no");
        }).undoneBy(() -> did.add("undo c"));
        assertEquals("c: no", failure(List.of(step("a"), step("b"), fails, step("d"))).getMessage());
        assertEquals(List.of("a", "b", "undo c", "undo b", "undo a"), did);
    }

    @Test
    void aStepThatSucceedsAfterItsLimitIsUndoneThen() {
        CountDownLatch late = new CountDownLatch(1);
        Step hangs = Step.of("b", Duration.ofMillis(20), () -> {
            late.await();
            did.add("b at last");
        }).undoneBy(() -> did.add("undo b"));
        assertTrue(String.valueOf(failure(List.of(step("a"), hangs)).getMessage()).startsWith("b: it took longer"));
        assertEquals(List.of("a", "undo b", "undo a"), did);
        late.countDown();
        Until.holds(() -> did.equals(List.of("a", "undo b", "undo a", "b at last", "undo b")), did::toString);
    }

    @Test
    void anUndoThatFailsStopsNoOther() {
        Step odd = Step.of("b", LONG, () -> {
            throw new IOException("no");
        }).undoneBy(() -> {
            throw new IOException("never");
        });
        failure(List.of(step("a"), odd));
        assertEquals(List.of("a", "the step b could not be undone: never", "undo a"), did);
    }
}
