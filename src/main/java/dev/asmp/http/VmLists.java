package dev.asmp.http;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.vm.VmEntry;
import dev.asmp.vm.VmPage;
import dev.asmp.vm.VmQuery;
import dev.asmp.vm.VmStore;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists of VMs as answers. One that is not long is put together in one array, and that of the whole fleet is kept until
 * something changes. A long one, of a hundred thousand VMs say, is never there as a whole: it is written page by page.
 */
final class VmLists {
    static final Answer NOBODY = Answer.ok("{\"vms\":[],\"count\":0}".getBytes(StandardCharsets.US_ASCII));

    private static final byte[] HEAD = "{\"vms\":[".getBytes(StandardCharsets.US_ASCII);
    /** So many VMs are looked at in one go. */
    private static final int PAGE = 2_000;
    /** So many bytes are put together in one go. */
    private static final int LONG = 1024 * 1024;
    private static final int PIECE = 64 * 1024;

    private final VmStore store;
    private volatile @Nullable Kept kept;

    /** The list of the whole fleet at a revision. */
    private record Kept(long revision, Answer answer) {}

    VmLists(VmStore store) {
        this.store = store;
    }

    /** The whole fleet. */
    Answer all() {
        long revision = store.revision(); // before the list: so it is never older than that
        Kept last = kept;
        if (last != null && last.revision() == revision) {
            return last.answer();
        }
        Answer answer = matching(VmQuery.ALL);
        if (answer.pieces() == null) {
            answer = answer.tagged();
            kept = new Kept(revision, answer);
        } else {
            kept = null;
        }
        return answer;
    }

    Answer matching(VmQuery query) {
        return answer(store.list(query.upTo(Math.min(query.limit(), PAGE))), query);
    }

    /** These and no others. */
    Answer of(List<VmEntry> vms) {
        return answer(new VmPage(vms, null), VmQuery.ALL);
    }

    private Answer answer(VmPage first, VmQuery query) {
        long length = first.vms().stream().mapToLong(vm -> vm.length() + 1).sum();
        return isLast(first, query.limit()) && length <= LONG
                ? Answer.ok(whole(first, (int) length))
                : Answer.pieces(out -> writePages(first, query, out));
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

    private void writePages(VmPage first, VmQuery query, OutputStream client) throws IOException {
        OutputStream out = new BufferedOutputStream(client, PIECE);
        out.write(HEAD);
        int left = query.limit();
        int count = 0;
        VmPage page = first;
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
            page = store.list(query.upTo(Math.min(left, PAGE)).after(page.next()));
        }
        out.write(tail(count, page.next()));
        out.flush();
    }

    private static byte[] tail(int count, @Nullable String next) {
        byte[] rest = Json.write(Mapping.builder().put("count", count).put("next", next).build());
        byte[] tail = new byte[rest.length + 1];
        tail[0] = ']';
        tail[1] = ',';
        System.arraycopy(rest, 1, tail, 2, rest.length - 1);
        return tail;
    }
}
