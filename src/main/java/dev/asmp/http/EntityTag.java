package dev.asmp.http;

import dev.asmp.registry.Precondition;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The entity tag of an answer: an entry's generation, and a fingerprint of the body. Conditional changes compare the
 * generation.
 */
final class EntityTag {
    private static final Pattern ONE = Pattern.compile("\\s*(?:W/)?\"([^\"]*)\"\\s*(?:,|$)");
    private static final Pattern OURS = Pattern.compile("([0-9]{1,15})(?:-[0-9a-f]+)?");

    private EntityTag() {}

    static String of(Answer answer) {
        return answer.tag() == null ? print(answer) : answer.tag();
    }

    private static String print(Answer answer) {
        CRC32C first = new CRC32C();
        first.update(answer.reply().body());
        CRC32 second = new CRC32();
        second.update(answer.reply().body());
        String print = Long.toHexString(first.getValue() << 32 | second.getValue());
        return answer.generation() < 0
                ? '"' + print + '"'
                : '"' + Long.toString(answer.generation()) + '-' + print
                        + '"';
    }

    /** Tells whether this If-None-Match names the tag. */
    static boolean isKnown(String ifNoneMatch, String tag) {
        return ifNoneMatch.strip().equals("*") || ifNoneMatch.contains(tag);
    }

    /** The generations that this If-Match allows. */
    static Precondition precondition(@Nullable String ifMatch) {
        if (ifMatch == null || ifMatch.strip().equals("*")) {
            return Precondition.NONE;
        }
        Set<Long> generations = new HashSet<>();
        for (String tag : tags(ifMatch)) {
            Matcher ours = OURS.matcher(tag);
            if (ours.matches()) {
                generations.add(Long.valueOf(ours.group(1)));
            }
        }
        return new Precondition(generations);
    }

    /** The digest in this If-Match, which must be exactly one. */
    static String digest(@Nullable String ifMatch) {
        if (ifMatch == null) {
            throw new HttpError(428,
                    "say what you were shown: If-Match with its digest (approval.digest of the entry)");
        }
        Set<String> tags = tags(ifMatch);
        if (tags.size() != 1) {
            throw new HttpError(400, "If-Match must be one digest in quotes");
        }
        return tags.iterator().next();
    }

    private static Set<String> tags(String header) {
        Set<String> tags = new HashSet<>();
        Matcher matcher = ONE.matcher(header);
        int end = 0;
        while (matcher.lookingAt()) {
            tags.add(matcher.group(1));
            end = matcher.end();
            matcher.region(end, header.length());
        }
        if (end != header.length() || tags.isEmpty()) {
            throw new HttpError(400, "If-Match must be an ETag in quotes, such as \"12-5e1f\", or *");
        }
        return tags;
    }
}
