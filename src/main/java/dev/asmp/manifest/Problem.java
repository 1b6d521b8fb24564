package dev.asmp.manifest;

import java.util.List;
import java.util.stream.Collectors;

/** An error in one field, with the expected form; quoted text is printable. */
public record Problem(String field, String message) {
    /** The most that are gathered of one document. */
    static final int MOST = 10_000;
    private static final int DESCRIBED = 20;

    public Problem {
        field = Printable.of(field);
        message = Printable.of(message);
    }

    @Override
    public String toString() {
        return field.isEmpty() ? message : field + ": " + message;
    }

    /** The problems in one sentence; of very many the first ones. */
    public static String describe(List<Problem> problems) {
        String described = problems.stream().limit(DESCRIBED).map(Problem::toString).collect(Collectors.joining("; "));
        return problems.size() <= DESCRIBED
                ? described
                : described + "; and " + (problems.size() - DESCRIBED) + " more";
    }
}
