package dev.asmp.faults;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** One reason for calls to fail: a number of them are still done, then one fails, or all from there on. */
final class DiskFault implements Disk.Fault {
    private final Reason reason;
    private final boolean once;
    private final Set<Disk.Call> failed = EnumSet.noneOf(Disk.Call.class);
    private int before;
    private boolean over;

    /** Why calls fail. */
    enum Reason {
        FULL("No space left on device"), TOO_MANY_OPEN("Too many open files"), READ_ONLY(
                "Read-only file system"), BROKEN(
                        "Input/output error");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        private boolean concerns(Disk.Call call) {
            return switch (this) {
                case FULL -> call == Disk.Call.CREATE || call == Disk.Call.WRITE;
                case TOO_MANY_OPEN -> call == Disk.Call.OPEN || call == Disk.Call.LIST;
                case READ_ONLY -> call.changes() && call != Disk.Call.FORCE && call != Disk.Call.FORCE_FOLDER;
                case BROKEN -> true;
            };
        }
    }

    DiskFault(Reason reason, boolean once, int before) {
        this.reason = reason;
        this.once = once;
        this.before = before;
    }

    static DiskFault any(Random random) {
        List<Reason> reasons = List.of(Reason.values());
        return new DiskFault(reasons.get(random.nextInt(reasons.size())), random.nextBoolean(), random.nextInt(25));
    }

    @Override
    public synchronized void before(Disk.Call call, Path path) throws IOException {
        if (!over && reason.concerns(call) && before-- <= 0) {
            over = once;
            failed.add(call);
            throw new FileSystemException(path.toString(), null, reason.text);
        }
    }

    /** Which calls failed since this was asked last. */
    synchronized Set<Disk.Call> takeFailed() {
        Set<Disk.Call> taken = EnumSet.copyOf(failed);
        failed.clear();
        return taken;
    }

    @Override
    public String toString() {
        return reason + (once ? " once" : " from now on") + " after " + before;
    }
}
