package dev.asmp.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Bytes sent to a running daemon, which then ends its side of the connection: what comes back is well-formed HTTP, its status
 * is not 500, an error is one sentence, and the daemon still answers.
 */
final class RequestTarget {
    private static final int PATIENCE_MILLIS = 2_000;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3}) [^\r\n]*\r\n");
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\nContent-Length: *([0-9]+)\r\n");
    private static final Pattern WAITS = Pattern.compile("(?i)events|wait|since|/mcp|%");

    private RequestTarget() {}

    /** The daemon, started at the first input. */
    private static final class Server {
        static final RunningDaemon DAEMON = start();

        private static RunningDaemon start() {
            try {
                Path folder = Files.createTempDirectory("asmp-fuzz");
                RunningDaemon daemon = new RunningDaemon(folder, TestClock.somewhen(), "");
                daemon.announce(Manifests.yaml("mail", "1"));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(daemon, folder)));
                return daemon;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private static void stop(RunningDaemon daemon, Path folder) {
            daemon.close();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                System.err.println(e);
            }
        }
    }

    static void check(byte[] input) throws Exception {
        byte[] answer = exchange(input);
        checkFirst(answer, input.length >= 4 && new String(input, 0, 4, ISO_8859_1).equals("HEAD"));
        String after = new String(exchange("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                .getBytes(ISO_8859_1)), UTF_8);
        assertTrue(after.startsWith("HTTP/1.1 200 "), after);
    }

    /** Sends bytes in which a host without a port gets the daemon's. */
    private static byte[] exchange(byte[] written) throws IOException {
        byte[] input = new String(written, ISO_8859_1)
                .replace("Host: localhost\r", "Host: localhost:" + Server.DAEMON.port() + "\r").getBytes(ISO_8859_1);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Server.DAEMON.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(input);
                socket.shutdownOutput();
                socket.getInputStream().transferTo(answer);
            } catch (SocketTimeoutException e) {
                assertTrue(WAITS.matcher(new String(input, ISO_8859_1)).find(), e::toString);
            } catch (IOException _) {
                // The daemon may close before it has read everything.
            }
            return answer.toByteArray();
        }
    }

    private static void checkFirst(byte[] answer, boolean toHead) {
        if (answer.length == 0) {
            return;
        }
        String text = new String(answer, ISO_8859_1);
        Matcher first = STATUS.matcher(text);
        assertTrue(first.lookingAt(), text);
        int status = Integer.parseInt(first.group(1));
        assertTrue(status != 500, text);
        int end = text.indexOf("\r\n\r\n");
        Matcher length = LENGTH.matcher(text.substring(0, end + 2));
        if (status >= 400 && !toHead && length.find()) {
            byte[] body = Arrays.copyOfRange(answer, end + 4, end + 4 + Integer.parseInt(length.group(1)));
            checkError(body, text);
        }
    }

    private static void checkError(byte[] body, String text) {
        try {
            Mapping error = (Mapping) Json.read(body);
            if (error.get("error") != null && error.get("jsonrpc") == null) {
                DocumentTargets.checkMessage(String.valueOf(error.text("error")));
            }
        } catch (MalformedDocumentException e) {
            assertEquals("", text, "the error is no JSON");
        }
    }
}
