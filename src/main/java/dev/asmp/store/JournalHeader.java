package dev.asmp.store;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes a journal's first line for itself and hands on the others. */
final class JournalHeader implements Consumer<byte[]> {
    private final String kind;
    private final int format;
    private final Consumer<byte[]> records;
    private boolean there;
    private boolean past;
    private @Nullable String later;

    JournalHeader(String kind, int format, Consumer<byte[]> records) {
        this.kind = kind;
        this.format = format;
        this.records = records;
    }

    @Override
    public void accept(byte[] record) {
        boolean first = !past;
        past = true;
        if (!(first && isHeader(record)) && later == null) {
            records.accept(record);
        }
    }

    private boolean isHeader(byte[] record) {
        if (Json.read(record) instanceof Mapping mapping && kind.equals(mapping.text("journal"))) {
            there = true;
            String written = String.valueOf(mapping.text("format"));
            later = written.equals(Integer.toString(format)) ? null : written;
        }
        return there;
    }

    /** Whether the journal began with a header of its kind. */
    boolean isThere() {
        return there;
    }

    void refuseLaterFormat(Path file) throws IOException {
        if (later != null) {
            throw new IOException(file + " has format " + later + ", and this version reads format " + format
                    + ": a newer version has written it");
        }
    }
}
