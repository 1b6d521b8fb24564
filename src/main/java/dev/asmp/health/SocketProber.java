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
    private final AddressLookup names;
    private final Predicate<InetAddress> ofThisHost;
    private final BooleanSupplier allowRemote;

    SocketProber(BooleanSupplier allowRemote) {
        this(new AddressLookup(InetAddress::getAllByName, HostsFile.ofSystem()), SocketProber::isOfThisHost,
                allowRemote);
    }

    SocketProber(AddressLookup names, Predicate<InetAddress> ofThisHost, BooleanSupplier allowRemote) {
        this.names = names;
        this.ofThisHost = ofThisHost;
        this.allowRemote = allowRemote;
    }

    /** Tells whether an address is loopback or one of this host's interfaces. */
    static boolean isOfThisHost(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException _) {
            return false;
        }
    }

    @Override
    public ProbeOutcome probe(ProbeSpec.Probe check) {
        Deadline deadline = Deadline.in(check.timeout());
        ProbeTarget target = check.target();
        boolean remote = allowRemote.getAsBoolean();
        String within = " within " + Durations.format(check.timeout());
        try {
            List<InetAddress> found = names.addresses(target.host(), remote, deadline);
            List<InetAddress> allowed = remote ? found : found.stream().filter(ofThisHost).toList();
            return allowed.isEmpty()
                    ? ProbeOutcome.unchecked(elsewhere(target, found.getFirst()))
                    : connect(target, allowed, deadline, within);
        } catch (UnknownHostException _) {
            String name = ErrorText.quoted(target.host());
            return remote
                    ? ProbeOutcome.unhealthy(null, "the name " + name + " is not known")
                    : ProbeOutcome.unchecked(name + " is not in /etc/hosts, and is asked for elsewhere only with"
                            + " health.allow_remote in host.yaml");
        } catch (SocketTimeoutException _) {
            String error = "the name " + ErrorText.quoted(target.host()) + " was not found out" + within;
            return remote ? ProbeOutcome.unhealthy(null, error) : ProbeOutcome.unchecked(error);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return ProbeOutcome.unchecked("the probe was interrupted");
        }
    }

    private static String elsewhere(ProbeTarget target, InetAddress address) {
        String literal = address.getHostAddress();
        String shown = literal.equals(target.host()) ? "" : " (" + literal + ")";
        return ErrorText.quoted(target.host()) + shown
                + " is not an address of this host; health.allow_remote in host.yaml allows it";
    }

    /** Tries the addresses in turn until one takes a connection, so that localhost may mean either of its two. */
    private ProbeOutcome connect(ProbeTarget target, List<InetAddress> addresses, Deadline deadline, String within) {
        ProbeOutcome refused = ProbeOutcome.unchecked(null);
        for (int i = 0; i < addresses.size(); i++) {
            try (ProbeSocket connection = new ProbeSocket(deadline)) {
                try {
                    connection.connect(addresses.get(i), target.port(), addresses.size() - i);
                } catch (IOException e) {
                    refused = ProbeOutcome.unhealthy(null, target.address() + unreached(e, within));
                    continue;
                }
                return ask(target, connection, deadline, within);
            } catch (IOException e) {
                return ProbeOutcome.unchecked("no connection could be made from here: " + e.getMessage());
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

    private ProbeOutcome ask(ProbeTarget target, ProbeSocket connection, Deadline deadline, String within) {
        if (target.scheme() == ProbeTarget.Scheme.TCP) {
            return ProbeOutcome.healthy(deadline.elapsedMillis());
        }
        HttpGet get = new HttpGet(target);
        try {
            Socket socket = target.scheme() == ProbeTarget.Scheme.HTTPS
                    ? ProbeTls.over(connection, target.host(), ofThisHost.test(connection.getInetAddress()))
                    : connection;
            ProbeOutcome outcome = get.over(socket, deadline);
            get.drain(socket, connection);
            return outcome;
        } catch (SocketTimeoutException _) {
            return ProbeOutcome.unhealthy(null, target.address() + " " + get.unfinished() + within);
        } catch (SSLException e) {
            return ProbeOutcome.unhealthy(null,
                    target.address() + " does not speak TLS as expected: " + e.getMessage());
        } catch (IOException e) {
            return ProbeOutcome.unhealthy(null, target.address() + " broke the connection: " + e.getMessage());
        }
    }
}
