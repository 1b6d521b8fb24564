package dev.asmp.federation;

import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import dev.asmp.store.AppendLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How many services each host had over time: a line in {@code host-history.jsonl} when a host's count or status changes, and
 * once a day. The file begins again at one megabyte; the one before is kept beside it.
 */
public final class HostHistory {
    public static final String FILE = "host-history.jsonl";
    private static final long LONGEST = 1024 * 1024;
    private static final Duration DAY = Duration.ofDays(1);

    private final Path file;
    private final AppendLog lines;
    private final Consumer<String> log;
    private final Map<String, Line> last = new HashMap<>();
    private boolean isFailing;

    /** One host at one moment. */
    public record Line(Instant at, String host, int services, String status, boolean declaredOnly, boolean self) {
        Mapping document() {
            return Mapping.builder().put("ts", Timestamps.format(at)).put("host", host).put("services", services)
                    .put("declared_only", Scalar.bool(declaredOnly)).put("self", Scalar.bool(self))
                    .put("status", status).build();
        }

        boolean saysTheSameAs(@Nullable Line before) {
            return before != null && before.services == services && Objects.equals(before.status, status)
                    && Duration.between(before.at, at).abs().compareTo(DAY) < 0;
        }
    }

    public HostHistory(Path home, Consumer<String> log) {
        this.file = home.resolve(FILE);
        this.lines = new AppendLog(file);
        this.log = log;
    }

    /** Appends those hosts whose count or status has changed. */
    public synchronized void note(List<Line> now) {
        List<byte[]> changed = new ArrayList<>();
        for (Line line : now) {
            if (!line.saysTheSameAs(last.get(line.host))) {
                changed.add(Json.write(line.document()));
                last.put(line.host, line);
            }
        }
        if (changed.isEmpty()) {
            return;
        }
        try {
            if (lines.size() > LONGEST) {
                Files.move(file, before(), StandardCopyOption.REPLACE_EXISTING);
            }
            lines.append(changed, false);
            isFailing = false;
        } catch (IOException e) {
            if (!isFailing) {
                log.accept("cannot write " + file + ": " + IoReason.of(e));
            }
            isFailing = true;
        }
    }

    private Path before() {
        return file.resolveSibling(FILE + ".1");
    }

    /** The last lines, the oldest first; of one host where one is named. */
    public List<Mapping> last(int limit, Predicate<String> isWanted) throws IOException {
        Deque<Mapping> kept = new ArrayDeque<>();
        for (AppendLog each : List.of(new AppendLog(before()), lines)) {
            each.readFrom(0, (_, bytes) -> {
                Mapping line = line(bytes);
                if (line != null && isWanted.test(String.valueOf(line.text("host")))) {
                    kept.add(line);
                    if (kept.size() > limit) {
                        kept.removeFirst();
                    }
                }
            });
        }
        return List.copyOf(kept);
    }

    private static @Nullable Mapping line(byte[] bytes) {
        try {
            return bytes.length > 0 && Json.read(bytes) instanceof Mapping mapping && mapping.text("host") != null
                    ? mapping
                    : null;
        } catch (MalformedDocumentException _) {
            return null; // a crash left it unfinished
        }
    }
}
