package dev.asmp.daemon;

import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import dev.asmp.document.Yaml;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * A registry's state as a stream of YAML documents: a head, a document for each file or part of a file, and an end with a
 * checksum. It may be made while a daemon runs: each file is replaced whole or only grows, so what is read is what a power cut
 * at that moment would leave.
 */
public final class StateExport {
    static final int FORMAT = 1;
    private static final int PART = 256 * 1024;

    private final Path home;
    private final Path services;
    private final OutputStream out;
    private final MessageDigest digest = sha256();
    private final IntConsumer progress;
    private int documents;

    private StateExport(Path home, Path services, OutputStream out, IntConsumer progress) {
        this.home = home;
        this.services = services;
        this.out = out;
        this.progress = progress;
    }

    /** Writes everything, and tells of each document; returns their number. */
    public static int write(Path home, Path services, String version, Instant now, OutputStream out,
            IntConsumer progress) throws IOException {
        StateExport export = new StateExport(home, services, out, progress);
        export.writeAll(version, now);
        return export.documents;
    }

    private void writeAll(String version, Instant now) throws IOException {
        write("# The state of an asmp registry; 'asmp import FILE' reads it.\n"
                + Yaml.write(Mapping.builder().put("asmp_export", FORMAT).put("version", version)
                        .put("at", Timestamps.format(now)).build()));
        writeFile(StateFiles.PROFILE, home.resolve(StateFiles.PROFILE));
        for (String folder : StateFiles.FOLDERS) {
            Path path = folder.equals("services") ? services : home.resolve(folder);
            for (String name : names(path)) {
                if (StateFiles.isKnown(folder + "/" + name)) {
                    writeFile(folder + "/" + name, path.resolve(name));
                }
            }
        }
        for (String file : StateFiles.FILES) {
            writeFile(file, home.resolve(file));
        }
        String sum = HexFormat.of().formatHex(digest.digest());
        out.write(("---\n" + Yaml.write(Mapping.builder().put("end", Scalar.bool(true)).put("documents", documents)
                .put("sha256", sum).build())).getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> names(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        }
    }

    /** Writes a file in parts that end with a line, so that none is held in memory whole. */
    private void writeFile(String name, Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            byte[] rest = new byte[0];
            boolean isFirst = true;
            while (true) {
                byte[] more = in.readNBytes(PART);
                boolean isLast = more.length < PART;
                byte[] part = joined(rest, more);
                int end = isLast ? part.length : lastLineEnd(part);
                if (end > 0 || isFirst) {
                    writePart(name, Arrays.copyOf(part, end));
                    isFirst = false;
                }
                rest = Arrays.copyOfRange(part, end, part.length);
                if (isLast) {
                    return;
                }
            }
        } catch (NoSuchFileException _) {
            // It was removed meanwhile.
        }
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static int lastLineEnd(byte[] bytes) {
        for (int i = bytes.length; i > 0; i--) {
            if (bytes[i - 1] == '\n') {
                return i;
            }
        }
        return bytes.length;
    }

    private void writePart(String name, byte[] bytes) throws IOException {
        Mapping.Builder document = Mapping.builder().put("file", name);
        String yaml = Yaml.write(document.put("text", text(bytes)).build());
        if (!holds(yaml, bytes)) {
            yaml = Yaml.write(Mapping.builder().put("file", name)
                    .put("base64", Base64.getEncoder().encodeToString(bytes)).build());
        }
        write("---\n" + yaml);
        documents++;
        progress.accept(documents);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Whether a document gives back these very bytes, which it does not for what is no text. */
    private static boolean holds(String yaml, byte[] bytes) {
        try {
            return Yaml.read(yaml) instanceof Mapping mapping
                    && Arrays.equals(String.valueOf(mapping.text("text")).getBytes(StandardCharsets.UTF_8), bytes);
        } catch (MalformedDocumentException _) {
            return false;
        }
    }

    private void write(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(bytes);
        out.write(bytes);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
