import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Durable copy of the files of one folder into another, on one thread. For each line on standard
 * input: {@code each SECONDS} replaces file after file (temp, force, rename, force folder) and prints files per second;
 * {@code groups} writes all once into a new folder (temp and force each, rename each, force folder once for 64) and prints
 * milliseconds.
 */
final class BareLoop {
    private static final int GROUP = 64;

    private record File(String name, byte[] bytes) {}

    public static void main(String[] arguments) throws IOException {
        List<File> files = new ArrayList<>();
        try (Stream<Path> paths = Files.list(Path.of(arguments[0]))) {
            for (Path path : paths.filter(path -> path.toString().endsWith(".asmp.yaml")).toList()) {
                files.add(new File(path.getFileName().toString(), Files.readAllBytes(path)));
            }
        }
        Path target = Path.of(arguments[1]);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(line.startsWith("each")
                    ? each(files, target, Double.parseDouble(line.substring(5)))
                    : groups(files, Files.createTempDirectory(target, "groups")));
        }
    }

    private static double each(List<File> files, Path folder, double seconds) throws IOException {
        long start = System.nanoTime();
        int written = 0;
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            while (System.nanoTime() - start < seconds * 1e9) {
                File file = files.get(written++ % files.size());
                writeTemporary(folder, file);
                rename(folder, file);
                channel.force(true);
            }
        }
        return written / ((System.nanoTime() - start) / 1e9);
    }

    private static double groups(List<File> files, Path folder) throws IOException {
        long start = System.nanoTime();
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            for (int i = 0; i < files.size(); i += GROUP) {
                List<File> group = files.subList(i, Math.min(i + GROUP, files.size()));
                for (File file : group) {
                    writeTemporary(folder, file);
                }
                for (File file : group) {
                    rename(folder, file);
                }
                channel.force(true);
            }
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private static void writeTemporary(Path folder, File file) throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve("." + file.name + ".tmp"),
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(file.bytes));
            channel.force(true);
        }
    }

    private static void rename(Path folder, File file) throws IOException {
        Files.move(folder.resolve("." + file.name + ".tmp"), folder.resolve(file.name), StandardCopyOption.ATOMIC_MOVE);
    }
}
