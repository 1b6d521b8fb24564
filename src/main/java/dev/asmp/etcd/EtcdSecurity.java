package dev.asmp.etcd;

import dev.asmp.document.IoReason;
import dev.asmp.document.Timestamps;
import dev.asmp.etcd.EtcdException.Kind;
import dev.asmp.manifest.EtcdSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS to etcd by PEM files: the certificates to trust, and this host's own with its key. */
final class EtcdSecurity {
    private static final Pattern PEM = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]+)-----END \\1-----");
    private static final char[] NO_PASSWORD = new char[0];
    private static final byte[] VERSION_0 = {2, 1, 0};
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private EtcdSecurity() {}

    /** The context of these settings; null where they name no file, and what the system trusts is right. */
    static @Nullable SSLContext context(EtcdSettings settings, long now) throws EtcdException {
        if (settings.ca() == null && settings.cert() == null) {
            return null;
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(settings, now), trust(settings, now), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw unusable("fleet.store.etcd: the certificates cannot be used", e);
        } catch (EtcdException e) {
            throw e;
        } catch (IOException e) {
            throw unusable("fleet.store.etcd: the certificates cannot be read", e);
        }
    }

    /** What a failed handshake says, in words about the settings. */
    static String meaning(IOException why) {
        String said = String.valueOf(why.getMessage());
        String lower = said.toLowerCase(Locale.ROOT);
        return lower.contains("path building failed") || lower.contains("unable to find valid")
                ? "its certificate is not signed by fleet.store.etcd.ca"
                : lower.contains("validity check failed") || lower.contains("notafter")
                        ? "its certificate has expired"
                        : lower.contains("received fatal alert")
                                ? "it refuses fleet.store.etcd.cert, or asks for one: " + said
                                : said;
    }

    private static TrustManager @Nullable [] trust(EtcdSettings settings, long now)
            throws IOException, GeneralSecurityException {
        Path ca = settings.ca();
        if (ca == null) {
            return null;
        }
        KeyStore store = empty();
        int number = 0;
        for (X509Certificate certificate : certificates("ca", ca, now)) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager @Nullable [] keys(EtcdSettings settings, long now)
            throws IOException, GeneralSecurityException {
        Path cert = settings.cert();
        Path key = settings.key();
        if (cert == null || key == null) {
            return null;
        }
        KeyStore store = empty();
        store.setKeyEntry("client", key(key), NO_PASSWORD,
                certificates("cert", cert, now).toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static List<X509Certificate> certificates(String field, Path file, long now) throws IOException {
        String named = "fleet.store.etcd." + field + " " + file;
        byte[] pem = read(named, file);
        try {
            List<X509Certificate> certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem)).stream().map(X509Certificate.class::cast)
                    .toList();
            if (certificates.isEmpty()) {
                throw new EtcdException(Kind.SETUP, named + " holds no certificate");
            }
            if (certificates.getFirst().getNotAfter().toInstant().isBefore(Instant.ofEpochMilli(now))) {
                throw new EtcdException(Kind.SETUP, named + " expired on "
                        + Timestamps.format(certificates.getFirst().getNotAfter().toInstant()));
            }
            return certificates;
        } catch (GeneralSecurityException e) {
            throw unusable(named + " cannot be used", e);
        }
    }

    private static byte[] read(String named, Path file) throws EtcdException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unusable(named + " cannot be read", e);
        }
    }

    /** The private key of a file in any of the forms that tools for certificates write. */
    private static PrivateKey key(Path file) throws IOException {
        String named = "fleet.store.etcd.key " + file;
        Matcher pem = PEM.matcher(new String(read(named, file), StandardCharsets.ISO_8859_1));
        while (pem.find()) {
            byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
            byte[] pkcs8 = switch (pem.group(1)) {
                case "PRIVATE KEY" -> der;
                case "RSA PRIVATE KEY" -> wrapped(RSA, der);
                case "EC PRIVATE KEY" -> wrapped(der(0x30, EC, curve(der)), der);
                default -> null;
            };
            for (String algorithm : pkcs8 == null ? List.<String>of() : List.of("RSA", "EC", "EdDSA")) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
                } catch (GeneralSecurityException _) {
                    // A key of another algorithm.
                }
            }
        }
        throw new EtcdException(Kind.SETUP, named + " holds no private key that can be used");
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return der(0x30, VERSION_0, algorithm, der(0x04, key));
    }

    /** The object identifier of the curve, which such a key names in its parameters. */
    private static byte[] curve(byte[] key) {
        for (int i = 0; i < key.length - 4; i++) {
            if (key[i] == (byte) 0xA0 && key[i + 2] == 6 && key[i + 1] == key[i + 3] + 2) {
                return Arrays.copyOfRange(key, i + 2, i + 4 + key[i + 3]);
            }
        }
        return new byte[0];
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    private static EtcdException unusable(String what, Exception why) {
        return new EtcdException(Kind.SETUP, what + ": " + IoReason.of(why));
    }
}
