package dev.asmp.vm;

/** A registered VM: what it says, its pulse, and whether it was found silent for too long. */
record Vm(VmEntry entry, Heartbeat pulse, boolean asleep) {
    String id() {
        return entry.id();
    }

    Rank rank() {
        return pulse.rank();
    }

    /** The entry as of now. */
    VmEntry seen() {
        return entry.seenAt(pulse.lastSeen());
    }

    Vm sleeping() {
        return new Vm(entry, pulse, true);
    }

    Vm awake() {
        return new Vm(entry, pulse, false);
    }
}
