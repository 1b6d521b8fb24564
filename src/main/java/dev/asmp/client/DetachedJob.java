package dev.asmp.client;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A command that runs on in a VM when its call has ended: in a session of its own, with its command, process id, output and exit
 * code in the files {@code command}, {@code pid}, {@code out} and {@code code} of a folder there.
 */
public record DetachedJob(String id) {
    /** The ids of jobs. */
    public static final String ID = "[0-9a-f]{8}";
    private static final String SCRIPT = """
            umask 077; d="$HOME/.asmp/jobs/$1"; mkdir -p "$d" || exit 1; shift
            printf '%s\\n' "$*" > "$d/command"; : > "$d/out"
            setsid sh -c 'd=$1; shift; echo $$ > "$d/pid"; "$@" >> "$d/out" 2>&1; echo $? > "$d/code"' sh "$d" "$@" \\
                < /dev/null > /dev/null 2>&1 &
            """;

    /** A job with an id of its own. */
    public static DetachedJob next() {
        return new DetachedJob(UUID.randomUUID().toString().substring(0, 8));
    }

    /** The words that start it. */
    public List<String> words(List<String> argv) {
        return words(SCRIPT, argv);
    }

    /** The words that start it and print its folder. */
    public List<String> wordsThatTellItsFolder(List<String> argv) {
        return words(SCRIPT + "printf %s \"$d\"\n", argv);
    }

    private List<String> words(String script, List<String> argv) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh", id));
        words.addAll(argv);
        return words;
    }
}
