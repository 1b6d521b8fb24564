package dev.asmp.manifest;

import java.util.List;
import java.util.stream.Collectors;

/** What is wrong with one field, and what was expected instead. */
public record Problem(String field, String message) {
    @Override
    public String toString() {
        return field.isEmpty() ? message : field + ": " + message;
    }

    /** All problems in one sentence. */
    public static String describe(List<Problem> problems) {
        return problems.stream().map(Problem::toString).collect(Collectors.joining("; "));
    }
}
