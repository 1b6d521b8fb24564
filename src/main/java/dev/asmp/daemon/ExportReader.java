package dev.asmp.daemon;

import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.store.PrivateFiles;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Reads an export document by document into a folder; anything unexpected ends it with a sentence and its line. */
final class ExportReader {
    private static final int LONGEST = 8 * 1024 * 1024;
    private static final byte[] SEPARATOR = "---\n".getBytes(StandardCharsets.US_ASCII);

    private final InputStream in;
    private final Path folder;
    private final IntConsumer progress;
    private final MessageDigest digest = StateExport.sha256();
    private int line;
    private int documents;

    ExportReader(InputStream in, Path folder, IntConsumer progress) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.folder = folder;
        this.progress = progress;
    }

    /** Writes all files; returns the number of documents. */
    int read() throws IOException, StartFailure {
        Part head = part();
        String format = head.mapping.text("asmp_export");
        if (format == null) {
            throw wrong("this is not an export of asmp");
        }
        if (!format.equals(Integer.toString(StateExport.FORMAT))) {
            throw wrong("this export has the format " + format + "; this version reads format " + StateExport.FORMAT
                    + ": use the version of asmp that made it, or a newer one");
        }
        digest.update(head.bytes);
        while (true) {
            byte[] before = digestSoFar();
            Part next = part();
            if (next.mapping.get("end") != null) {
                end(next.mapping, before);
                return documents;
            }
            digest.update(SEPARATOR);
            digest.update(next.bytes);
            write(next.mapping);
            documents++;
            progress.accept(documents);
        }
    }

    private byte[] digestSoFar() throws StartFailure {
        try {
            return ((MessageDigest) digest.clone()).digest();
        } catch (CloneNotSupportedException _) {
            throw wrong("no checksum can be made here");
        }
    }

    private void end(Mapping end, byte[] sum) throws StartFailure, IOException {
        if (!String.valueOf(documents).equals(end.text("documents"))
                || !HexFormat.of().formatHex(sum).equals(end.text("sha256"))) {
            throw wrong("the export is damaged: its checksum does not fit");
        }
        if (in.read() >= 0) {
            throw wrong("there is something after the end");
        }
    }

    /** A document with its very bytes. */
    private record Part(Mapping mapping, byte[] bytes) {}

    /** The next document, up to a line with three hyphens, which no indented text can be. */
    private Part part() throws IOException, StartFailure {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int start = line;
        for (byte[] next = nextLine(); next != null && !Arrays.equals(next, SEPARATOR); next = nextLine()) {
            bytes.writeBytes(next);
            if (bytes.size() > LONGEST) {
                throw wrong("a document has more than " + LONGEST + " bytes");
            }
        }
        if (bytes.size() == 0) {
            throw wrong("the export is cut off");
        }
        try {
            if (Yaml.read(bytes.toByteArray()) instanceof Mapping mapping) {
                return new Part(mapping, bytes.toByteArray());
            }
            throw wrong("a document is not a mapping");
        } catch (MalformedDocumentException e) {
            throw new StartFailure(
                    "line " + (start + Math.max(1, e.line())) + ": " + e.problem() + "; nothing was changed");
        }
    }

    private byte @Nullable [] nextLine() throws IOException, StartFailure {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        int c = in.read();
        while (c >= 0) {
            bytes.write(c);
            if (c == '\n' || bytes.size() > LONGEST) {
                break;
            }
            c = in.read();
        }
        line++;
        return bytes.size() == 0 ? null : bytes.toByteArray();
    }

    private void write(Mapping document) throws IOException, StartFailure {
        String name = document.text("file");
        if (name == null || !StateFiles.isKnown(name)) {
            throw wrong("'" + name + "' is no file of a registry");
        }
        Path file = folder.resolve(name);
        if (name.indexOf('/') > 0) {
            PrivateFiles.makeFolder(folder.resolve(name.substring(0, name.indexOf('/'))));
        }
        try (FileChannel channel = PrivateFiles.open(file, Set.of(StandardOpenOption.CREATE,
                StandardOpenOption.APPEND))) {
            ByteBuffer content = ByteBuffer.wrap(content(document, name));
            while (content.hasRemaining()) {
                channel.write(content);
            }
        }
    }

    private byte[] content(Mapping document, String name) throws StartFailure {
        String text = document.text("text");
        String encoded = document.text("base64");
        try {
            if (text != null) {
                return text.getBytes(StandardCharsets.UTF_8);
            }
            if (encoded != null) {
                return Base64.getDecoder().decode(encoded);
            }
        } catch (IllegalArgumentException _) {
            throw wrong("the content of " + name + " is not base64");
        }
        throw wrong(name + " has neither text nor base64");
    }

    private StartFailure wrong(String problem) {
        return new StartFailure("line " + line + ": " + problem + "; nothing was changed");
    }
}
