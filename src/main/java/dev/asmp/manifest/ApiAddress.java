package dev.asmp.manifest;

import java.net.URI;
import java.net.URISyntaxException;

/** The loopback address on which the registry listens and where its clients look for it. */
public record ApiAddress(String host, int port) {
    public static final ApiAddress DEFAULT = new ApiAddress("127.0.0.1", 7700);

    /** Reads {@code http://127.0.0.1:7700}; anything but plain HTTP on loopback is refused. */
    public static ApiAddress parse(String url) {
        String shown = Printable.quoted(url);
        URI uri;
        try {
            uri = new URI(url.strip());
        } catch (URISyntaxException _) {
            throw new IllegalArgumentException(shown + " is not an address such as http://127.0.0.1:7700");
        }
        String path = uri.getRawPath();
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getUserInfo() != null
                || (path != null && !path.isEmpty() && !path.equals("/")) || uri.getRawQuery() != null
                || uri.getPort() > 65_535) {
            throw new IllegalArgumentException(shown + " is not an address such as http://127.0.0.1:7700");
        }
        if (!isLoopback(uri.getHost())) {
            throw new IllegalArgumentException(shown + " is not a loopback address; the registry listens on this"
                    + " machine only, for example on http://127.0.0.1:7700");
        }
        return new ApiAddress(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort());
    }

    /** Tells loopback names by their text alone: no name service is asked. */
    public static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost") || host.equals("[::1]") || host.equals("::1")
                || host.matches("127(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}");
    }

    public String url() {
        return "http://" + host + ":" + port;
    }
}
