package dev.asmp.vm;

/**
 * A VM's position in every list: the time of registration, then a sequence number. Where an engine numbers several VMs alike,
 * since they were registered together, their ids decide.
 */
record Rank(long registeredAt, long number, String tie) implements Comparable<Rank> {
    Rank(long registeredAt, long number) {
        this(registeredAt, number, "");
    }

    @Override
    public int compareTo(Rank other) {
        int byTime = Long.compare(registeredAt, other.registeredAt);
        int byNumber = byTime == 0 ? Long.compare(number, other.number) : byTime;
        return byNumber == 0 ? tie.compareTo(other.tie) : byNumber;
    }

    /** Reads what {@link #toString} wrote. */
    static Rank parse(String written) {
        String[] parts = written.split("-", 3);
        try {
            return new Rank(Long.parseLong(parts[0]), Long.parseLong(parts.length < 2 ? "" : parts[1]),
                    parts.length < 3 ? "" : parts[2]);
        } catch (NumberFormatException _) {
            throw VmRules.invalid("after must be what the page before gave as next");
        }
    }

    @Override
    public String toString() {
        return registeredAt + "-" + number + (tie.isEmpty() ? "" : "-" + tie);
    }
}
