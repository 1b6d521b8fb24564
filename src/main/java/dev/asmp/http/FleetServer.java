package dev.asmp.http;

import dev.asmp.document.IoReason;
import dev.asmp.events.Feed;
import dev.asmp.manifest.FleetSettings;
import dev.asmp.vm.VmStore;
import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The VM registry on a socket of its own for other hosts. */
public final class FleetServer implements AutoCloseable {
    /** Fewer than the connections of the socket: none of them gives way to others. */
    private static final int EVENT_READERS = 400;

    private final FleetSettings.Socket address;
    private final FleetSettings.@Nullable Tls files;
    private final HttpListener listener;
    private final Routes routes = new Routes();
    private final EventStreams streams = new EventStreams(EVENT_READERS);
    private @Nullable Stamp loaded;

    /** The times at which the two files of a certificate were last written. */
    private record Stamp(FileTime certificate, FileTime key) {
        static Stamp of(FleetSettings.Tls files) throws IOException {
            return new Stamp(Files.getLastModifiedTime(files.certificate()), Files.getLastModifiedTime(files.key()));
        }
    }

    /** Binds the address; nothing is answered before {@link #start}. */
    public FleetServer(FleetSettings.Socket address, FleetSettings.@Nullable Tls files, @Nullable String token,
            VmStore vms,
            Feed feed, HttpBudgets budgets, Consumer<String> log) throws IOException {
        this.address = address;
        this.files = files;
        VmResource resource = new VmResource(vms, feed, streams);
        resource.addTo(routes);
        routes.add("GET", "/health", _ -> resource.health());
        RequestHandler handler = new RequestHandler(routes, new FleetAccess(token, !address.isLoopback()), budgets,
                log);
        loaded = files == null ? null : Stamp.of(files);
        listener = new HttpListener(new PortBinding(address.host(), address.port(), Ingress.FLEET), handler,
                files == null ? null : tls(files));
    }

    /** Starts to listen and answer; a failure says why the address cannot be bound. */
    public void start() throws IOException {
        listener.start();
    }

    /** The address at which clients find this server. */
    public String url() {
        return (files == null ? "http://" : "https://")
                + new FleetSettings.Socket(address.host(), listener.port()).shown();
    }

    /** Loads a renewed certificate; returns whether there was one. An unusable one leaves the old in place. */
    public boolean renewCertificate() throws IOException {
        Stamp now = files == null ? null : Stamp.of(files);
        if (files == null || now == null || now.equals(loaded)) {
            return false;
        }
        listener.reload(tls(files));
        loaded = now; // only now: an unusable file may become usable without being written, by its permissions
        return true;
    }

    /** Adds the metrics of this socket. */
    public void writeTo(MetricsPage page) {
        routes.writeTo(page, "fleet");
        page.gauge("asmp_event_readers", "Clients that read the change stream now.")
                .sample("asmp_event_readers", streams.count(), "socket", "fleet");
    }

    private static Tls tls(FleetSettings.Tls files) throws IOException {
        try {
            Keys keys = Keys.builder().pem(pem -> pem.key(Resource.create(files.key()))
                    .certChain(Resource.create(files.certificate()))).build();
            PrivateKey key = keys.privateKey().orElseThrow();
            checkPair(key, keys.certChain().getFirst().getPublicKey());
            return Tls.builder().privateKey(key).privateKeyCertChain(keys.certChain()).build();
        } catch (RuntimeException | GeneralSecurityException e) {
            throw new IOException("the certificate " + files.certificate() + " with the key " + files.key()
                    + " cannot be used: " + IoReason.of(e), e);
        }
    }

    /** Checks that the key is the certificate's; while both are renewed it may not be. */
    private static void checkPair(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        boolean rsa = key.getAlgorithm().equals("RSA");
        if (rsa || key.getAlgorithm().equals("EC")) {
            Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSA");
            signature.initSign(key);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            if (!signature.verify(signed)) {
                throw new KeyException("the key is that of another certificate");
            }
        }
    }

    @Override
    public void close() {
        listener.close();
    }
}
