package dev.asmp.document;

/** The bytes are no document that we accept: says what is wrong and at which line and column (both from 1; 0 unknown). */
public final class MalformedDocumentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final int line;
    private final int column;

    public MalformedDocumentException(String problem, int line, int column) {
        super(line > 0 ? "line " + line + ", column " + column + ": " + problem : problem);
        this.problem = problem;
        this.line = line;
        this.column = column;
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
