package dev.asmp.health;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The names that this host knows without asking another: those of its hosts file, and its own. */
final class HostsFile implements AddressLookup.Resolver {
    private final Path file;
    private final Path hostName;

    HostsFile(Path file, Path hostName) {
        this.file = file;
        this.hostName = hostName;
    }

    static HostsFile ofSystem() {
        return new HostsFile(Path.of("/etc/hosts"), Path.of("/proc/sys/kernel/hostname"));
    }

    @Override
    public InetAddress[] addresses(String host) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            lines.forEach(line -> add(line, host, addresses));
        } catch (IOException | RuntimeException _) {
            // Without that file only this host's own name is known.
        }
        if (addresses.isEmpty() && isOwn(host)) {
            addresses.add(InetAddress.getLoopbackAddress());
        }
        if (addresses.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return addresses.toArray(InetAddress[]::new);
    }

    private static void add(String line, String host, List<InetAddress> addresses) {
        int comment = line.indexOf('#');
        String[] words = (comment < 0 ? line : line.substring(0, comment)).strip().split("\\s+", -1);
        for (int i = 1; i < words.length; i++) {
            if (words[i].equalsIgnoreCase(host)) {
                try {
                    addresses.add(InetAddress.ofLiteral(words[0]));
                } catch (IllegalArgumentException _) {
                    // A line that has no meaning to others either.
                }
                return;
            }
        }
    }

    private boolean isOwn(String host) {
        try {
            return Files.readString(hostName).strip().equalsIgnoreCase(host);
        } catch (IOException _) {
            return false;
        }
    }
}
