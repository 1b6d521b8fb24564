package dev.asmp.cli;

/** Quotes text for a shell: a command that is suggested gets pasted. */
final class ShellWord {
    private ShellWord() {}

    /** The text as one word: as it is, or in single quotes. */
    static String of(String text) {
        String clean = Terminal.clean(text);
        return clean.matches("[A-Za-z0-9._/@%+:,][A-Za-z0-9._/@%+:,-]*")
                ? clean
                : "'" + clean.replace("'", "'\\''") + "'";
    }
}
