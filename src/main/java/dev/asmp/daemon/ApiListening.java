package dev.asmp.daemon;

import dev.asmp.document.IoReason;
import dev.asmp.http.ApiServer;
import dev.asmp.manifest.ApiAddress;
import java.io.IOException;
import java.util.function.Consumer;

/** The start of the API's port and Unix socket, and the sentences for those that cannot be had. */
final class ApiListening {
    private ApiListening() {}

    /** Listens on what the profile asks for. Without the Unix socket it goes on where there is a port. */
    static void begin(ApiServer api, ApiAddress address, Consumer<String> warn) throws StartFailure {
        openPort(api, address);
        try {
            api.openSocket();
        } catch (IOException | UnsupportedOperationException e) {
            String reason = "cannot listen on the Unix socket: " + IoReason.of(e);
            if (api.url() == null) {
                throw new StartFailure(reason + "; registry.tcp is off, so there is no other way to this registry");
            }
            warn.accept(reason);
        }
        if (api.url() == null && api.socketPath() == null) {
            throw new StartFailure("registry.tcp is off, and there can be no Unix socket here");
        }
    }

    private static void openPort(ApiServer api, ApiAddress address) throws StartFailure {
        try {
            api.start();
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            throw new StartFailure(reason.contains("in use")
                    ? "port " + address.port() + " on " + address.host() + " is in use by another program; stop it, or"
                            + " set registry.api in host.yaml to another port"
                    : "cannot listen on " + address.url() + ": " + reason);
        }
    }
}
