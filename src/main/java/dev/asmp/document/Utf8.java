package dev.asmp.document;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Strict decoding: a byte that is not UTF-8 is an error with its place, never a replacement character. */
final class Utf8 {
    private Utf8() {}

    static String decode(byte[] bytes) {
        var decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw notUtf8(bytes, in.position());
        }
        out.flip();
        boolean byteOrderMark = !out.isEmpty() && out.get(0) == '\uFEFF';
        return byteOrderMark ? out.subSequence(1, out.length()).toString() : out.toString();
    }

    private static MalformedDocumentException notUtf8(byte[] bytes, int position) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < position; i++) {
            if (bytes[i] == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new MalformedDocumentException("not UTF-8 (byte 0x%02X)".formatted(bytes[position]), line,
                position - lineStart + 1);
    }
}
