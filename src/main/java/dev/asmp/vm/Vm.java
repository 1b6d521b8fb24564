package dev.asmp.vm;

/** A registered VM: what it says, its heartbeat, and whether it was found silent for too long. */
record Vm(VmEntry entry, Heartbeat heartbeat, boolean asleep) {
    String id() {
        return entry.id();
    }

    Rank rank() {
        return heartbeat.rank();
    }

    /** The entry as of now. */
    VmEntry seen() {
        return entry.seenAt(heartbeat.lastSeen());
    }

    Vm sleeping() {
        return new Vm(entry, heartbeat, true);
    }

    Vm awake() {
        return new Vm(entry, heartbeat, false);
    }
}
