package dev.asmp.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** The processor time and memory that one input takes in the thread that checks it. */
final class Effort {
    /** For several passes over an input, in code that may be interpreted. */
    private static final long CPU_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long ALLOCATED = 96L << 20;
    private static final long ALLOCATED_PER_BYTE = 2_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final long cpu = THREADS.getCurrentThreadCpuTime();
    private final long allocated = THREADS.getCurrentThreadAllocatedBytes();

    boolean isTooMuchFor(byte[] input) {
        return nanos() > CPU_NANOS || bytes() > ALLOCATED + ALLOCATED_PER_BYTE * input.length;
    }

    private long nanos() {
        return THREADS.getCurrentThreadCpuTime() - cpu;
    }

    private long bytes() {
        return THREADS.getCurrentThreadAllocatedBytes() - allocated;
    }

    @Override
    public String toString() {
        return nanos() / 1_000_000 + " ms of processor time, " + (bytes() >> 10) + " KiB";
    }
}
