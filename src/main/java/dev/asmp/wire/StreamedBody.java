package dev.asmp.wire;

import java.io.IOException;
import java.io.OutputStream;

/** A body that is written while things happen, or that is too long to be held in memory. */
@FunctionalInterface
public interface StreamedBody {
    /** Writes until there is nothing more to send; an {@code IOException} of the output says that the reader is gone. */
    void writeTo(OutputStream out) throws IOException, InterruptedException;
}
