package dev.asmp.document;

import java.util.regex.Pattern;

/**
 * The bytes are no document that we accept: says what is wrong and at which line and column (both from 1; 0 unknown). What it
 * quotes of them is printable.
 */
public final class MalformedDocumentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private final String problem;
    private final int line;
    private final int column;

    public MalformedDocumentException(String problem, int line, int column) {
        super((line > 0 ? "line " + line + ", column " + column + ": " : "") + printable(problem));
        this.problem = printable(problem);
        this.line = line;
        this.column = column;
    }

    private static String printable(String text) {
        return UNPRINTABLE.matcher(text)
                .replaceAll(match -> "\\\\u%04X".formatted(match.group().codePointAt(0)));
    }

    public String problem() {
        return problem;
    }

    public int line() {
        return line;
    }

    public int column() {
        return column;
    }
}
