package dev.asmp.http;

import dev.asmp.document.IoReason;
import dev.asmp.manifest.FleetSettings;
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
import org.jspecify.annotations.Nullable;

/** A socket for other hosts: with TLS where there is a certificate, which is loaded again when it was renewed. */
final class OuterListener implements AutoCloseable {
    private final FleetSettings.Socket address;
    private final FleetSettings.@Nullable Tls files;
    private final HttpListener listener;
    private @Nullable Stamp loaded;

    /** The times at which the two files of a certificate were last written. */
    private record Stamp(FileTime certificate, FileTime key) {
        static Stamp of(FleetSettings.Tls files) throws IOException {
            return new Stamp(Files.getLastModifiedTime(files.certificate()), Files.getLastModifiedTime(files.key()));
        }
    }

    /** Loads the certificate; nothing is answered before {@link #start}. */
    OuterListener(FleetSettings.Socket address, FleetSettings.@Nullable Tls files, Ingress kind,
            RequestHandler handler) throws IOException {
        this.address = address;
        this.files = files;
        this.loaded = files == null ? null : Stamp.of(files);
        this.listener = new HttpListener(new PortBinding(address.host(), address.port(), kind), handler,
                files == null ? null : tls(files));
    }

    /** Starts to listen and answer; a failure says why the address cannot be bound. */
    void start() throws IOException {
        listener.start();
    }

    /** The address at which clients find it. */
    String url() {
        return (files == null ? "http://" : "https://")
                + new FleetSettings.Socket(address.host(), listener.port()).shown();
    }

    /** Loads a renewed certificate; returns whether there was one. An unusable one leaves the old in place. */
    synchronized boolean renewCertificate() throws IOException {
        Stamp now = files == null ? null : Stamp.of(files);
        if (files == null || now == null || now.equals(loaded)) {
            return false;
        }
        listener.reload(tls(files));
        loaded = now; // only now: an unusable file may become usable without being written, by its permissions
        return true;
    }

    static Tls tls(FleetSettings.Tls files) throws IOException {
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
