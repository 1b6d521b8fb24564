package dev.asmp.registry;

import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Timestamps;
import dev.asmp.store.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When scanned entries were last seen: at the last scan, except those listed here. So a scan in which nothing changed is
 * remembered by one small file, {@code {"format":1,"seen_at":…,"except":{NAME:…}}}.
 */
record LastSeen(@Nullable Instant at, Map<String, Instant> except) {
    static final LastSeen NEVER = new LastSeen(null, Map.of());
    private static final int FORMAT = 1;

    LastSeen {
        except = Map.copyOf(except);
    }

    Instant lastSeen(Entry entry) {
        Instant own = entry.state().lastSeen();
        if (at == null || entry.state().sync() != Sync.SCAN || entry.isStale()) {
            return except.getOrDefault(entry.name(), own);
        }
        Instant scanned = except.getOrDefault(entry.name(), at);
        return scanned.isAfter(own) ? scanned : own;
    }

    void writeTo(Path file) throws IOException {
        Mapping.Builder times = Mapping.builder();
        except.forEach((name, time) -> times.put(name, Timestamps.format(time)));
        byte[] json = Json.write(Mapping.builder().put("format", FORMAT)
                .put("seen_at", at == null ? null : Timestamps.format(at)).put("except", times.build()).build());
        DurableFile.replaceUnforced(file, out -> out.write(json));
    }

    static LastSeen readFrom(Path file) throws IOException {
        try {
            return Json.read(Files.readAllBytes(file)) instanceof Mapping mapping ? of(mapping) : NEVER;
        } catch (NoSuchFileException | MalformedDocumentException _) {
            return NEVER;
        }
    }

    private static LastSeen of(Mapping mapping) {
        Map<String, Instant> except = new LinkedHashMap<>();
        Mapping times = mapping.mapping("except");
        times.fields().keySet().forEach(name -> {
            Instant time = Timestamps.parse(times.text(name));
            if (time != null) {
                except.put(name, time);
            }
        });
        return new LastSeen(Timestamps.parse(mapping.text("seen_at")), except);
    }
}
