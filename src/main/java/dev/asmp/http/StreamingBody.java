package dev.asmp.http;

import java.io.IOException;
import java.io.OutputStream;

/** A body that is written for as long as there is something to say. */
@FunctionalInterface
public interface StreamingBody {
    void writeTo(OutputStream out) throws IOException, InterruptedException;
}
