package dev.asmp.http;

import dev.asmp.document.ByteBudget;
import java.util.List;

/**
 * A limit on memory, of which the port may take three quarters and the large things of the port a half: so the large never
 * shut out the small, and the programs of other users never shut out the owner.
 */
final class TieredBudget {
    /** Of more bytes, a thing is large. */
    static final int SMALL = 64 * 1024;

    private final ByteBudget all;
    private final ByteBudget port;
    private final ByteBudget large;

    /** A part of the budget, taken for something that is large as a whole or not. */
    record Share(long bytes, boolean isLarge, Ingress ingress) {
        Share(long bytes, Ingress ingress) {
            this(bytes, bytes > SMALL, ingress);
        }
    }

    TieredBudget(ByteBudget all) {
        this.all = all;
        this.port = new ByteBudget(all.limit() / 4 * 3);
        this.large = new ByteBudget(all.limit() / 2);
    }

    private List<ByteBudget> tiers(Share share) {
        return share.ingress.isSocket()
                ? List.of(all)
                : share.isLarge ? List.of(large, port, all) : List.of(port, all);
    }

    /** Takes a share; false, and nothing taken, where it does not fit. */
    boolean tryTake(Share share) {
        List<ByteBudget> tiers = tiers(share);
        for (int i = 0; i < tiers.size(); i++) {
            if (!tiers.get(i).tryTake(share.bytes)) {
                tiers.subList(0, i).forEach(taken -> taken.release(share.bytes));
                return false;
            }
        }
        return true;
    }

    /** Takes a share whether or not it fits. */
    void takeAnyway(Share share) {
        tiers(share).forEach(tier -> tier.release(-share.bytes));
    }

    void release(Share share) {
        tiers(share).forEach(tier -> tier.release(share.bytes));
    }
}
