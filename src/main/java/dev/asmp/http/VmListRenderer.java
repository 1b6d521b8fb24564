package dev.asmp.http;

import dev.asmp.document.JsonSplice;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.VmRole;
import dev.asmp.vm.VmEntry;
import dev.asmp.vm.VmPage;
import dev.asmp.vm.VmQuery;
import dev.asmp.vm.VmStore;
import dev.asmp.wire.StreamedBody;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lists of VMs as answers, in which secrets are masked. A short list is one array, and that of the whole fleet is cached until a change. A long one is
 * written page by page and never held in memory.
 */
final class VmListRenderer {
    static final Answer EMPTY = Answer.ok("{\"vms\":[],\"count\":0}".getBytes(StandardCharsets.US_ASCII));

    private static final byte[] HEAD = "{\"vms\":[".getBytes(StandardCharsets.US_ASCII);
    /** The end of the list, and of its object, which {@link #tail} opens again. */
    private static final byte[] CLOSED_LIST = "]}".getBytes(StandardCharsets.US_ASCII);
    /** A list of more VMs or bytes is long. */
    private static final int MANY = 2_000;
    private static final int LONG = 1024 * 1024;
    /** The VMs of a page, and the bytes of a write: each slow reader holds one of each in memory. */
    private static final int PAGE = 100;
    private static final int PIECE = 16 * 1024;

    private final VmStore store;
    private volatile @Nullable Kept kept;

    /** The list of the whole fleet at a revision. */
    private record Kept(long revision, Answer answer) {}

    VmListRenderer(VmStore store) {
        this.store = store;
    }

    /** A source of pages: at most this many VMs after a key, or from the beginning. */
    @FunctionalInterface
    private interface Pages {
        VmPage from(@Nullable String after, int most);
    }

    /** The whole fleet. */
    Answer all() {
        long revision = store.revision(); // read before the list, which is then never older
        Kept last = kept;
        return last != null && last.revision() == revision ? last.answer() : keep(revision);
    }

    /** Renders the list on one thread; the others wait for it. */
    private synchronized Answer keep(long revision) {
        Kept last = kept;
        if (last != null && last.revision() >= revision) {
            return last.answer();
        }
        Answer answer = matching(VmQuery.ALL, false);
        kept = answer.isInPieces() ? null : new Kept(revision, answer.tagged());
        return answer;
    }

    /** The VMs that match; with their secrets where the list is to be whole. */
    Answer matching(VmQuery query, boolean isWhole) {
        return answer((after, most) -> store.list(query.upTo(most).after(after == null ? query.after() : after)),
                query.limit(), isWhole ? UnaryOperator.identity() : VmEntry::shown);
    }

    Answer ready(VmRole role) {
        return answer((after, most) -> store.discover(role, most, after), VmQuery.NO_LIMIT, VmEntry::shown);
    }

    Answer stale() {
        return answer((after, most) -> store.stale(most, after), VmQuery.NO_LIMIT, VmEntry::shown);
    }

    private static Answer answer(Pages entries, int limit, UnaryOperator<VmEntry> form) {
        Pages pages = (after, most) -> {
            VmPage page = entries.from(after, most);
            return new VmPage(page.vms().stream().map(form).toList(), page.next());
        };
        VmPage first = pages.from(null, Math.min(limit, MANY));
        long length = first.vms().stream().mapToLong(vm -> vm.length() + 1).sum();
        StreamedBody pieces = out -> write(pages, limit, out);
        long held = 2 * first.vms().stream().mapToLong(VmEntry::length).max().orElse(0) + 2L * PIECE;
        return isLast(first, limit) && length <= LONG
                ? Answer.ok(whole(first, (int) length)).orInPieces(pieces, held)
                : Answer.pieces(pieces, held);
    }

    private static boolean isLast(VmPage page, int left) {
        return page.next() == null || page.vms().size() >= left;
    }

    private static byte[] whole(VmPage page, int length) {
        byte[] tail = tail(page.vms().size(), page.next());
        byte[] json = new byte[HEAD.length + Math.max(0, length - 1) + tail.length];
        System.arraycopy(HEAD, 0, json, 0, HEAD.length);
        int at = HEAD.length;
        for (VmEntry vm : page.vms()) {
            if (at > HEAD.length) {
                json[at++] = ',';
            }
            at = vm.write(json, at);
        }
        System.arraycopy(tail, 0, json, at, tail.length);
        return json;
    }

    private static void write(Pages pages, int limit, OutputStream client) throws IOException {
        OutputStream out = new BufferedOutputStream(client, PIECE);
        out.write(HEAD);
        int left = limit;
        int count = 0;
        VmPage page = pages.from(null, Math.min(left, PAGE));
        while (true) {
            for (VmEntry vm : page.vms()) {
                if (count++ > 0) {
                    out.write(',');
                }
                out.write(vm.json());
            }
            if (isLast(page, left)) {
                break;
            }
            left -= page.vms().size();
            page = pages.from(page.next(), Math.min(left, PAGE));
        }
        out.write(tail(count, page.next()));
        out.flush();
    }

    private static byte[] tail(int count, @Nullable String next) {
        return JsonSplice.append(CLOSED_LIST,
                JsonSplice.members(Mapping.builder().put("count", count).put("next", next).build()));
    }
}
