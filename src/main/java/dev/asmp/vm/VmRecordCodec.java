package dev.asmp.vm;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The journal's records.
 *
 * <pre>
 *   {"put":{"id":"vm-1", …},"n":17}           the entry as it is from here on; the 17th that was ever registered
 *   {"remove":["vm-1", …]}
 *   {"seen":{"vm-1":"2026-11-20T10:00:00.000Z", …}}
 *   {"stale":["vm-1", …]}                     silent for too long; no more once it is put or seen again
 *   {"keep":{"vm/vm-1":{…}}}                the facts under a key from here on; null for none
 * </pre>
 */
final class VmRecordCodec {
    static final String KIND = "vms";
    static final int FORMAT = 1;
    private static final String BEFORE_NUMBER = ",\"n\":";
    static final String REMOVE = "remove";
    static final String SEEN = "seen";
    static final String STALE = "stale";
    static final String KEEP = "keep";
    /** Keeps lines readable. */
    static final int MAX_IDS = 500;

    private static final byte[] BEFORE_ENTRY = "{\"put\":".getBytes(StandardCharsets.US_ASCII);

    private VmRecordCodec() {}

    static byte[] put(long number, VmEntry entry) {
        byte[] tail = (BEFORE_NUMBER + number + "}").getBytes(StandardCharsets.US_ASCII);
        byte[] record = Arrays.copyOf(BEFORE_ENTRY, BEFORE_ENTRY.length + entry.length() + tail.length);
        int end = entry.write(record, BEFORE_ENTRY.length);
        System.arraycopy(tail, 0, record, end, tail.length);
        return record;
    }

    /** The entry in a record that puts one, or null if it does something else. */
    static @Nullable VmEntry entry(byte[] record) {
        boolean puts = Arrays.equals(record, 0, Math.min(record.length, BEFORE_ENTRY.length), BEFORE_ENTRY, 0,
                BEFORE_ENTRY.length);
        return puts ? VmEntry.read(Arrays.copyOfRange(record, BEFORE_ENTRY.length, entryEnd(record))) : null;
    }

    /** The number in a record that puts an entry. */
    static long number(byte[] record) {
        int digits = entryEnd(record) + BEFORE_NUMBER.length();
        return Long.parseLong(new String(record, digits, record.length - 1 - digits, StandardCharsets.US_ASCII));
    }

    private static int entryEnd(byte[] record) {
        int comma = record.length - 1;
        while (record[comma] != ',') {
            comma--;
        }
        return comma;
    }

    static byte[] kept(String key, @Nullable Mapping facts) {
        return Json.write(Mapping.builder()
                .put(KEEP, Mapping.builder().put(key, facts == null ? Scalar.NULL : facts).build()).build());
    }

    static List<byte[]> removed(Collection<Vm> vms) {
        return inParts(List.copyOf(vms), part -> ids(REMOVE, part));
    }

    static List<byte[]> stale(Collection<Vm> vms) {
        return inParts(List.copyOf(vms), part -> ids(STALE, part));
    }

    static List<byte[]> seen(Collection<Vm> vms) {
        return inParts(List.copyOf(vms), part -> {
            Mapping.Builder times = Mapping.builder();
            part.forEach(vm -> times.put(vm.id(), Timestamps.format(vm.heartbeat().lastSeen())));
            return Json.write(Mapping.builder().put(SEEN, times.build()).build());
        });
    }

    private static byte[] ids(String key, List<Vm> vms) {
        return Json.write(Mapping.builder().put(key, Sequence.ofTexts(vms.stream().map(Vm::id).toList())).build());
    }

    private static List<byte[]> inParts(List<Vm> vms, Function<List<Vm>, byte[]> record) {
        List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < vms.size(); i += MAX_IDS) {
            records.add(record.apply(vms.subList(i, Math.min(vms.size(), i + MAX_IDS))));
        }
        return records;
    }
}
