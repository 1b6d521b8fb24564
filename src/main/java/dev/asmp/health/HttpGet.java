package dev.asmp.health;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One GET, and as much of its answer as a status needs. Nothing is sent that would tell who asks, or for whom. */
final class HttpGet {
    private static final int ENOUGH = 4096;
    /** A server that is still writing when the connection closes would log an error with every probe. */
    private static final Duration COURTESY = Duration.ofMillis(100);
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9][0-9])(?: .*)?");

    private static final Set<String> REFUSALS = Set.of("401", "403");
    /** Of the refusals, those that do not prove that the API of a model is there and works. */
    private static final Set<String> ABSENT = Set.of("404", "408", "429");

    private final ProbeTarget target;
    private final byte[] answer = new byte[ENOUGH];
    private int length;

    HttpGet(ProbeTarget target) {
        this.target = target;
    }

    /** Sends the request and reads the status; throws {@code IOException} where the connection does. */
    ProbeOutcome over(Socket socket, Deadline deadline) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(request());
        out.flush();
        InputStream in = socket.getInputStream();
        while (firstLine() == null && read(in)) {
            // Until the line is there, the buffer is full, or the server has said all.
        }
        return judge(deadline.elapsedMillis());
    }

    private byte[] request() {
        return ("GET " + target.path() + " HTTP/1.1\r\nHost: " + target.authority()
                + "\r\nUser-Agent: asmp\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private boolean read(InputStream in) throws IOException {
        int count = length == ENOUGH ? -1 : in.read(answer, length, ENOUGH - length);
        length += Math.max(0, count);
        return count >= 0;
    }

    private @Nullable String firstLine() {
        for (int i = 0; i < length; i++) {
            if (answer[i] == '\n') {
                return new String(answer, 0, i, StandardCharsets.ISO_8859_1).stripTrailing();
            }
        }
        return null;
    }

    private ProbeOutcome judge(long latencyMs) {
        String line = firstLine();
        Matcher matcher = STATUS.matcher(line == null ? "" : line);
        if (!matcher.matches()) {
            return ProbeOutcome.unhealthy(null, target.address() + (length == 0
                    ? " closed the connection without an answer"
                    : " does not answer in HTTP/1.1"));
        }
        String status = matcher.group(1);
        char kind = status.charAt(0);
        boolean isThere = kind == '2' || kind == '3'
                || (target.isModel() && kind == '4' && !ABSENT.contains(status));
        return isThere
                ? ProbeOutcome.healthy(latencyMs)
                : ProbeOutcome.unhealthy(latencyMs, target.address() + " answered " + status
                        + (REFUSALS.contains(status)
                                ? ": it is alive and refuses strangers, and a probe never sends credentials; let it"
                                        + " answer 2xx to all, or use method tcp"
                                : ""));
    }

    /** Says what was missing when the time was over. */
    String unfinished() {
        return length == 0 ? "sent no answer" : "sent no complete answer";
    }

    /** Lets the server finish what is short and quick. */
    void drain(Socket socket, ProbeSocket connection) {
        connection.hurry(COURTESY);
        try {
            InputStream in = socket.getInputStream();
            while (read(in)) {
                // What it says does not matter any more.
            }
        } catch (IOException _) {
            // Neither does how it ends.
        }
    }
}
