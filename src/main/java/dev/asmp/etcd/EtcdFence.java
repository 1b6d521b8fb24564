package dev.asmp.etcd;

import dev.asmp.document.Mapping;
import dev.asmp.etcd.EtcdTransaction.KeyValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A key of this process that each of its transactions requires to be unchanged. An attempt of which nothing was heard may still be
 * on its way, in the socket of a paused member for instance, and would be carried out after what followed it: a VM that was
 * registered by the second attempt and removed since would be back. So the next transaction changes the key, and the late one
 * fails.
 */
final class EtcdFence {
    /** A name among the heartbeats, and a value without any, so that each version of the registry can read it. */
    private static final String NAME = "fence";
    private static final String PATH = "/v3/kv/txn";
    private static final byte[] VALUE = "{\"at\":\"1970-01-01T00:00:00.000Z\",\"seen\":{}}"
            .getBytes(StandardCharsets.US_ASCII);

    private final EtcdLink link;
    private final byte[] key;
    private long revision;
    private long asOf;
    private boolean unsure;

    EtcdFence(EtcdLink link, EtcdKeys keys, String self) {
        this.link = link;
        this.key = keys.beats(self, NAME);
    }

    /** Carries a transaction out where the key has not changed; one that follows an attempt that was not heard of changes it. */
    EtcdLink.Answer carryOut(EtcdTransaction transaction, long lease, Duration patience) throws EtcdException {
        boolean isAfter = guard(transaction);
        EtcdLink.Answer answer;
        try {
            answer = isAfter
                    ? link.call(PATH, moving(transaction, lease), patience)
                    : link.call(PATH, transaction.json(), () -> moving(transaction, lease), patience);
        } catch (EtcdException e) {
            doubt();
            throw e;
        }
        if (answer.repeated()) {
            doubt();
        }
        if ((isAfter || answer.repeated()) && EtcdTransaction.succeeded(answer.body())) {
            moved(EtcdTransaction.revision(answer.body()));
        }
        return answer;
    }

    private synchronized boolean guard(EtcdTransaction transaction) {
        transaction.expect(key, revision);
        return unsure;
    }

    private byte[] moving(EtcdTransaction guarded, long lease) {
        return guarded.copy().put(key, VALUE, lease).json();
    }

    private synchronized void doubt() {
        unsure = true;
    }

    private synchronized void moved(long at) {
        unsure = false;
        learn(at, at);
    }

    private synchronized boolean isUnsure() {
        return unsure;
    }

    /** Reads keys, and this one with them. */
    Mapping read(EtcdTransaction reads, Duration patience) throws EtcdException {
        Mapping answer = link.call(PATH, reads.read(key).json(), patience).body();
        List<KeyValue> found = EtcdTransaction.read(answer).getLast();
        learn(found.isEmpty() ? 0 : found.getFirst().modified(), EtcdTransaction.revision(answer));
        return answer;
    }

    private synchronized void learn(long changed, long at) {
        if (at >= asOf) {
            revision = changed;
            asOf = at;
        }
    }

    /** Ends the attempts that were not heard of. */
    void settle(long lease, Duration patience) throws EtcdException {
        if (isUnsure() && !EtcdTransaction.succeeded(carryOut(new EtcdTransaction(), lease, patience).body())) {
            var _ = read(new EtcdTransaction(), patience);
        }
    }
}
