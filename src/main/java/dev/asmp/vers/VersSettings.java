package dev.asmp.vers;

import dev.asmp.manifest.Environment;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where Vers is, and how its VMs are reached.
 *
 * @param api the API's address without {@code /api/v1}
 * @param login the address for the login by mail
 * @param domain what follows a VM's id in its host name
 * @param port the port at which TLS leads to a VM's SSH server
 * @param user the account inside a VM
 * @param verify whether the certificate of a VM's host name is verified
 * @param authorities a PEM file with the authorities to trust in place of the JDK's; null for those
 */
public record VersSettings(String api, String login, String domain, int port, String user, boolean verify,
        @Nullable Path authorities) {
    /** The API's address, with or without {@code /api/v1}. */
    public static final String BASE_URL = "VERS_BASE_URL";
    /** The suffix of host names of VMs, and perhaps the port: {@code vm.vers.sh:443}. */
    public static final String VM_DOMAIN = "ASMP_VERS_VM_DOMAIN";
    private static final String USUAL = "https://api.vers.sh";

    /** Reads the settings from the environment's variables. */
    public static VersSettings of(Environment environment) {
        String api = Objects.requireNonNullElse(environment.variable(BASE_URL), USUAL).strip()
                .replaceFirst("/+$", "").replaceFirst("/api/v1$", "").replaceFirst("/+$", "");
        String host = host(api);
        String domain = environment.variable(VM_DOMAIN);
        String suffix = domain == null
                ? host.startsWith("api.") ? "vm." + host.substring(4) : "vm.vers.sh"
                : domain.replaceFirst(":[0-9]+$", "").replaceFirst("^\\.", "");
        int port = domain == null || !domain.matches(".*:[0-9]{1,5}")
                ? 443
                : Integer.parseInt(domain.substring(domain.lastIndexOf(':') + 1));
        String login = environment.variable("ASMP_VERS_LOGIN_URL");
        String authorities = environment.variable("VERS_CA_FILE");
        return new VersSettings(api, login == null ? api.replaceFirst("://api\\.", "://") : login, suffix, port,
                Objects.requireNonNullElse(environment.variable("ASMP_VERS_SSH_USER"), "root"),
                !"off".equals(environment.variable("ASMP_VERS_TLS_VERIFY")),
                authorities == null ? null : environment.files().getPath(authorities));
    }

    private static String host(String url) {
        try {
            URI uri = new URI(url);
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                return uri.getHost();
            }
        } catch (URISyntaxException _) {
            // The sentence below says it.
        }
        throw new IllegalArgumentException(BASE_URL + " is not an address such as " + USUAL);
    }

    /** The host name of a VM. */
    public String host(VmId vm) {
        return vm.text() + "." + domain;
    }

    /** The host name of a VM by its id. */
    public String hostOf(String vm) {
        return host(new VmId(vm));
    }

    /** An id of a VM, checked: it becomes part of host names, paths and file names. */
    public record VmId(String text) {
        public VmId {
            if (!text.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,99}")) {
                throw new IllegalArgumentException("this is not the id of a VM");
            }
        }
    }
}
