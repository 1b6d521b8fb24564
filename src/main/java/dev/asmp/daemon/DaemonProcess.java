package dev.asmp.daemon;

import dev.asmp.manifest.Environment;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A process that is a daemon until it is told to stop. */
public final class DaemonProcess {
    private DaemonProcess() {}

    /** Serves until the process is told to stop, at whatever moment, which then ends with exit code 0. */
    public static void serve(Environment environment, PrintStream out, PrintStream err)
            throws StartFailure, InterruptedException {
        AtomicReference<@Nullable Daemon> running = new AtomicReference<>();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            try {
                Daemon daemon = running.get();
                if (daemon != null) {
                    daemon.close();
                    daemon.log().info("stopped");
                    daemon.flushLines();
                }
            } finally {
                Runtime.getRuntime().halt(0); // after a signal the JVM would exit with 143
            }
        }));
        Daemon daemon = Daemon.start(environment, InstantSource.system(), System::nanoTime, out, err);
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, e) -> daemon.log().error("the thread " + thread.getName() + " ended: " + e));
        running.set(daemon);
        new CountDownLatch(1).await();
    }
}
