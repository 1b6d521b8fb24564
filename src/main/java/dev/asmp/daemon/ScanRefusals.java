package dev.asmp.daemon;

import dev.asmp.document.ByteBudget;
import dev.asmp.manifest.Policy;
import dev.asmp.scan.FoundManifest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The valid manifests that the registry refused, by file and content. They are not parsed again before the policy has changed, or
 * the registry in a way that may let them in. Those beyond the budget are parsed by each scan.
 */
final class ScanRefusals {
    /** The objects of one, whose path and digest the scanner holds, too. */
    private static final int EACH = 128;

    private final Map<Path, Refusal> refusals = new HashMap<>();
    /** Each reason once: most of them are the same. */
    private final Map<String, String> reasons = new HashMap<>();
    private final long most;
    private ByteBudget memory;
    private @Nullable Policy policy;
    private long freed = -1;

    private record Refusal(String digest, String why) {}

    ScanRefusals(long bytes) {
        this.most = bytes;
        this.memory = new ByteBudget(bytes);
    }

    /** Forgets what no longer holds, before a scan under this policy. */
    void begin(Policy now, long freedNow) {
        if (!now.equals(policy) || freedNow != freed) {
            forget();
            policy = now;
            freed = freedNow;
        }
    }

    void forget() {
        refusals.clear();
        reasons.clear();
        memory = new ByteBudget(most);
    }

    /** The reason why this very content was refused; null where it was not. */
    @Nullable
    String why(FoundManifest found) {
        Refusal last = refusals.get(found.file());
        return last == null || !last.digest.equals(found.digest()) ? null : last.why;
    }

    /** Remembers a refusal, if there is memory left. */
    void add(FoundManifest found, String why) {
        if (memory.tryTake(EACH + (reasons.containsKey(why) ? 0 : EACH + 2L * why.length()))) {
            reasons.putIfAbsent(why, why);
            refusals.put(found.file(), new Refusal(found.digest(), String.valueOf(reasons.get(why))));
        }
    }
}
