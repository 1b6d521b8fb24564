package dev.asmp.etcd;

import java.nio.charset.StandardCharsets;

/**
 * The keys of one fleet.
 *
 * <pre>
 *   PREFIX/v1/vms/ID               the entry as JSON
 *   PREFIX/v1/stale/ID             {"judged": revision}: silent for too long, as far as was known at that revision
 *   PREFIX/v1/facts/KEY            what the daemons keep about VMs, as JSON
 *   PREFIX/v1/beats/PROCESS/SLOT   {@link EtcdBeats}: the heartbeats that a process took in a few seconds
 *   PREFIX/v1/processes/PROCESS    a registry process, as long as its lease lives
 *   PREFIX/v1/holders/NAME         the process that has hold of a name, as long as its lease lives
 * </pre>
 */
record EtcdKeys(String prefix) {
    private static final String VERSION = "/v1/";
    static final String VMS = "vms";
    static final String STALE = "stale";
    static final String FACTS = "facts";
    static final String BEATS = "beats";
    static final String PROCESSES = "processes";
    static final String HOLDERS = "holders";

    /** A key taken apart; the kind is empty where it is not one of this version. */
    record Name(String kind, String rest) {}

    byte[] vm(String id) {
        return key(VMS, id);
    }

    byte[] stale(String id) {
        return key(STALE, id);
    }

    byte[] facts(String key) {
        return key(FACTS, key);
    }

    byte[] beats(String process, String slot) {
        return key(BEATS, process + "/" + slot);
    }

    byte[] process(String process) {
        return key(PROCESSES, process);
    }

    byte[] holder(String name) {
        return key(HOLDERS, name);
    }

    private byte[] key(String kind, String rest) {
        return bytes(prefix + VERSION + kind + "/" + rest);
    }

    /** The first key of the fleet, and the first one after all of them. */
    byte[] first() {
        return bytes(prefix + "/");
    }

    byte[] end() {
        return bytes(prefix + (char) ('/' + 1));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    Name name(String key) {
        String start = prefix + VERSION;
        int slash = key.startsWith(start) ? key.indexOf('/', start.length()) : -1;
        return slash < 0
                ? new Name("", key)
                : new Name(key.substring(start.length(), slash), key.substring(slash + 1));
    }
}
