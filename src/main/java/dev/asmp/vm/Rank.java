package dev.asmp.vm;

/** A VM's position in every list: the time of registration, then a sequence number. */
record Rank(long registeredAt, long number) implements Comparable<Rank> {
    @Override
    public int compareTo(Rank other) {
        int byTime = Long.compare(registeredAt, other.registeredAt);
        return byTime == 0 ? Long.compare(number, other.number) : byTime;
    }

    /** Reads what {@link #toString} wrote. */
    static Rank parse(String written) {
        int dash = written.lastIndexOf('-');
        try {
            return new Rank(Long.parseLong(written.substring(0, Math.max(dash, 0))),
                    Long.parseLong(written.substring(dash + 1)));
        } catch (NumberFormatException _) {
            throw VmRules.invalid("after must be what the page before gave as next");
        }
    }

    @Override
    public String toString() {
        return registeredAt + "-" + number;
    }
}
