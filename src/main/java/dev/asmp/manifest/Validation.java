package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Limits;
import dev.asmp.document.Located;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Errors and weaknesses of the text of a manifest or host profile: what the registry would refuse, in the same words, and
 * what is valid but weak.
 */
public final class Validation {
    private Validation() {}

    /** One thing found, and the line and column where it stands, both from 1. */
    public record Finding(int line, int column, boolean isWarning, String field, String message) {
        /** The sentence after the place. */
        public String said() {
            return (isWarning ? "warning: " : "") + new Problem(field, message);
        }
    }

    /** The findings in the order of the text; none for a valid text without weaknesses. */
    public static List<Finding> of(byte[] text, boolean json, Environment environment) {
        try {
            Located located = json ? Json.locate(text) : Yaml.locate(text);
            List<Finding> findings = findings(located, text.length, environment);
            findings.sort(Comparator.comparingInt(Finding::line).thenComparingInt(Finding::column));
            return findings;
        } catch (MalformedDocumentException e) {
            return List.of(new Finding(Math.max(e.line(), 1), Math.max(e.column(), 1), false, "", e.problem()));
        }
    }

    private static List<Finding> findings(Located located, int bytes, Environment environment) {
        Document document = located.document();
        List<Problem> problems;
        List<Problem> warnings = List.of();
        if (document instanceof Mapping profile && isProfile(profile)) {
            problems = problems(() -> HostProfile.of(profile, environment));
            warnings = ProfileWarnings.of(profile, environment);
        } else {
            if (bytes > Limits.MANIFEST_BYTES) {
                throw Manifest.tooLarge(bytes);
            }
            problems = problems(() -> Manifest.of(document));
            if (document instanceof Mapping manifest) {
                warnings = ManifestWarnings.of(manifest.without(IndexKeys.ALL));
            }
        }
        return findings(located, problems, warnings);
    }

    /** A profile says so, or says what only a profile says. */
    private static boolean isProfile(Mapping document) {
        return FieldReader.isAbsent(document.get("kind"))
                ? document.get("host_id") != null || document.get("device_class") != null
                : "host".equals(document.text("kind"));
    }

    private static List<Problem> problems(Runnable check) {
        try {
            check.run();
            return List.of();
        } catch (InvalidDocumentException e) {
            return e.problems();
        }
    }

    /** A field that is wrong needs no warning besides. */
    private static List<Finding> findings(Located located, List<Problem> problems, List<Problem> warnings) {
        List<Finding> findings = new ArrayList<>();
        Set<String> wrong = new HashSet<>();
        for (Problem problem : problems) {
            findings.add(finding(located, problem, false));
            wrong.add(problem.field());
        }
        warnings.stream().filter(warning -> !wrong.contains(warning.field()))
                .forEach(warning -> findings.add(finding(located, warning, true)));
        return findings;
    }

    private static Finding finding(Located located, Problem problem, boolean isWarning) {
        Located.Place place = located.place(problem.field());
        return new Finding(place.line(), place.column(), isWarning, problem.field(), problem.message());
    }
}
