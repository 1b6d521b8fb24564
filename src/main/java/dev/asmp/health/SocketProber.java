package dev.asmp.health;

import dev.asmp.manifest.Durations;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/**
 * Probes with plain sockets: finds the addresses once, keeps those it may ask, connects to one of these and no other, and asks.
 * All of it together ends at the deadline.
 */
final class SocketProber implements Prober {
    private final Names names;
    private final Predicate<InetAddress> ofThisHost;
    private final BooleanSupplier allowRemote;

    SocketProber(BooleanSupplier allowRemote) {
        this(new Names(InetAddress::getAllByName), SocketProber::isOfThisHost, allowRemote);
    }

    SocketProber(Names names, Predicate<InetAddress> ofThisHost, BooleanSupplier allowRemote) {
        this.names = names;
        this.ofThisHost = ofThisHost;
        this.allowRemote = allowRemote;
    }

    /** Whether an address is loopback or one of this host's interfaces. */
    static boolean isOfThisHost(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException _) {
            return false;
        }
    }

    @Override
    public Outcome probe(Check.Probe check) {
        Deadline deadline = Deadline.in(check.timeout());
        Target target = check.target();
        boolean remote = allowRemote.getAsBoolean();
        String within = " within " + Durations.format(check.timeout());
        try {
            List<InetAddress> found = names.addresses(target.host(), deadline);
            List<InetAddress> allowed = remote ? found : found.stream().filter(ofThisHost).toList();
            return allowed.isEmpty()
                    ? Outcome.unchecked(elsewhere(target, found.getFirst()))
                    : connect(target, allowed, deadline, within);
        } catch (UnknownHostException _) {
            return nameless(remote, "the name " + Words.quoted(target.host()) + " is not known");
        } catch (SocketTimeoutException _) {
            return nameless(remote, "the name " + Words.quoted(target.host()) + " was not found out" + within);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Outcome.unchecked("the probe was interrupted");
        }
    }

    /** Whoever may be elsewhere is not called unhealthy because this host cannot ask for names just now. */
    private static Outcome nameless(boolean remote, String error) {
        return remote ? Outcome.unhealthy(null, error) : Outcome.unchecked(error);
    }

    private static String elsewhere(Target target, InetAddress address) {
        String literal = address.getHostAddress();
        String shown = literal.equals(target.host()) ? "" : " (" + literal + ")";
        return Words.quoted(target.host()) + shown
                + " is not an address of this host; health.allow_remote in host.yaml allows it";
    }

    /** Tries the addresses in turn until one takes a connection, so that localhost may mean either of its two. */
    private Outcome connect(Target target, List<InetAddress> addresses, Deadline deadline, String within) {
        Outcome refused = Outcome.unchecked(null);
        for (int i = 0; i < addresses.size(); i++) {
            try (ProbeSocket connection = new ProbeSocket(deadline)) {
                try {
                    connection.connect(addresses.get(i), target.port(), addresses.size() - i);
                } catch (IOException e) {
                    refused = Outcome.unhealthy(null, target.address() + unreached(e, within));
                    continue;
                }
                return ask(target, connection, deadline, within);
            } catch (IOException e) {
                return Outcome.unchecked("no connection could be made from here: " + e.getMessage());
            }
        }
        return refused;
    }

    private static String unreached(IOException e, String within) {
        return switch (e) {
            case SocketTimeoutException _ -> " took no connection" + within;
            case ConnectException _ when "Connection refused".equals(e.getMessage()) -> " refused the connection";
            default -> " cannot be reached: " + e.getMessage();
        };
    }

    private Outcome ask(Target target, ProbeSocket connection, Deadline deadline, String within) {
        if (target.scheme() == Target.Scheme.TCP) {
            return Outcome.healthy(deadline.elapsedMillis());
        }
        Get get = new Get(target);
        try {
            Socket socket = target.scheme() == Target.Scheme.HTTPS
                    ? Tls.over(connection, target.host(), ofThisHost.test(connection.getInetAddress()))
                    : connection;
            Outcome outcome = get.over(socket, deadline);
            get.drain(socket, connection);
            return outcome;
        } catch (SocketTimeoutException _) {
            return Outcome.unhealthy(null, target.address() + " " + get.unfinished() + within);
        } catch (SSLException e) {
            return Outcome.unhealthy(null, target.address() + " does not speak TLS as expected: " + e.getMessage());
        } catch (IOException e) {
            return Outcome.unhealthy(null, target.address() + " broke the connection: " + e.getMessage());
        }
    }
}
