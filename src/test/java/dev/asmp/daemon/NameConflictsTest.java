package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asmp.scan.FoundManifest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of several files speaks for a name, as a table. */
class NameConflictsTest {
    private static final Instant SINCE = Instant.parse("2026-11-20T12:00:00Z");

    /** Settles the name 'mail' for files in string order; the winner, then the files ignored. */
    private static String settle(String found, NameConflicts.@Nullable Holder holder, boolean hasLeft) {
        List<FoundManifest> files = Stream.of(found.split(" "))
                .map(file -> new FoundManifest(Path.of(file), "mail", "digest of " + file, null)).toList();
        NameConflicts settled = NameConflicts.settle(files, _ -> holder, _ -> hasLeft);
        List<String> ignored = new ArrayList<>();
        settled.conflicts().forEach(conflict -> ignored.add(conflict.ignored() + " for " + conflict.kept()));
        return String.join(" ", settled.winners().stream().map(winner -> winner.file().toString()).toList()) + " | "
                + String.join(", ", ignored);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            nothing is registered: the first path has it      ; /a/m /b/m       ; -          ; no  ; no  ; /a/m | /b/m for /a/m
            a single file has no rival                         ; /b/m            ; -          ; no  ; no  ; "/b/m | "
            the registered file keeps it                       ; /a/m /b/m /c/m  ; /b/m       ; no  ; no  ; /b/m | /a/m for /b/m, /c/m for /b/m
            it keeps it though it was stale                    ; /a/m /b/m       ; /b/m       ; yes ; no  ; /b/m | /a/m for /b/m
            it keeps it though it was not found this time      ; /a/m            ; /b/m       ; no  ; no  ; " | /a/m for /b/m"
            one that is gone or renamed leaves it to the first ; /a/m /c/m       ; /b/m       ; no  ; yes ; /a/m | /c/m for /a/m
            a stale one that was not found leaves it           ; /a/m /c/m       ; /b/m       ; yes ; no  ; /a/m | /c/m for /a/m
            the file at the root replaces the one in infra     ; /r/m            ; /r/infra/m ; no  ; no  ; "/r/m | "
            the file in infra replaces the one at the root     ; /r/infra/m      ; /r/m       ; no  ; no  ; "/r/infra/m | "
            the pinned file has it, also after another one     ; /a/m /b/m       ; /b/m       ; pinned ; no ; /b/m | /a/m for /b/m
            nothing has it while the pinned file is away       ; /a/m            ; /b/m       ; pinned ; yes ; " | /a/m for /b/m"
            a pinned file does not give way to its own infra   ; /r/infra/m      ; /r/m       ; pinned ; yes ; " | /r/infra/m for /r/m"
            the infra of another repository replaces nothing   ; /s/infra/m      ; /r/m       ; no  ; no  ; " | /s/infra/m for /r/m"
            """)
    void oneFileSpeaksForAName(String rule, String found, String registered, String stale, String left,
            String expected) {
        NameConflicts.@Nullable Holder holder = registered.equals("-")
                ? null
                : new NameConflicts.Holder(Path.of(registered), stale.equals("yes"), stale.equals("pinned"), null);
        assertEquals(expected, settle(found, holder, left.equals("yes")), rule);
    }

    @Test
    void eachNameIsSettledByItself() {
        List<FoundManifest> files = List.of(new FoundManifest(Path.of("/a/m"), "mail", "1", null),
                new FoundManifest(Path.of("/b/m"), "fax", "2", null),
                new FoundManifest(Path.of("/c/m"), "mail", "3", null));
        NameConflicts settled = NameConflicts.settle(files,
                name -> name.equals("mail") ? new NameConflicts.Holder(Path.of("/c/m"), false, false, SINCE) : null,
                _ -> false);
        assertEquals(List.of("/b/m", "/c/m"), settled.winners().stream().map(file -> file.file().toString()).toList());
        assertEquals(List.of(new NameConflicts.Conflict("mail", "/c/m", "/a/m", SINCE)), settled.conflicts());
    }
}
