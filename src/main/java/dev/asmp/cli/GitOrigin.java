package dev.asmp.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a repository came from, out of its {@code .git/config}. A manifest is for everybody to read, so whoever may be named
 * in the address and every password is left out, and an address that is not understood is left out as a whole.
 */
final class GitOrigin {
    private static final Pattern URL_LINE = Pattern.compile("url\\s*=\\s*(.*)");
    private static final Pattern WITH_SCHEME = Pattern.compile("((?:https?|ssh|git)://)((?:[^/@]*@)*)"
            + "((?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?/[^?#@\\s]*)(?:[?#].*)?");
    private static final Pattern LIKE_SCP = Pattern
            .compile("()((?:[^/@:]*@)?)([A-Za-z0-9.-]{2,}:(?!//)[^?#@:\\\\\\s]+)");

    private GitOrigin() {}

    static @Nullable String of(Path folder) {
        boolean origin = false;
        for (String line : FileExcerpt.text(folder.resolve(".git/config")).lines().map(String::strip).toList()) {
            if (line.startsWith("[")) {
                origin = line.matches("(?i)\\[remote\\s+\"origin\"\\].*");
            } else if (origin) {
                Matcher url = URL_LINE.matcher(line);
                if (url.matches()) {
                    return withoutCredentials(value(url.group(1)));
                }
            }
        }
        return null;
    }

    /** A value without its quotes and without a comment behind it. */
    private static String value(String written) {
        return written.startsWith("\"")
                ? written.substring(1).replaceFirst("\".*", "")
                : written.replaceFirst("\\s+[#;].*", "");
    }

    /** The address without the user, unless that is the {@code git} whom everybody is. */
    private static @Nullable String withoutCredentials(String url) {
        for (Pattern form : List.of(WITH_SCHEME, LIKE_SCP)) {
            Matcher matcher = form.matcher(url);
            if (matcher.matches()) {
                return matcher.group(1) + (matcher.group(2).equals("git@") ? "git@" : "") + matcher.group(3);
            }
        }
        return null;
    }
}
