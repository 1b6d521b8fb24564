package dev.asmp.daemon;

import dev.asmp.events.Feed;
import dev.asmp.http.FleetServer;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.FleetSettings;
import dev.asmp.vm.VmChange;
import dev.asmp.vm.VmStore;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Opens the VM registry to other hosts, if the owner wants that, and only to those who have the token. */
final class FleetListener {
    private FleetListener() {}

    /** The server for other hosts, listening; null where the profile asks for none. */
    static @Nullable FleetServer open(FleetSettings fleet, Environment environment, VmStore vms, Feed feed, Log log)
            throws StartFailure {
        FleetSettings.Socket address = fleet.listen();
        if (address == null) {
            return null;
        }
        String token = token(fleet, environment);
        check(fleet, address, token, log);
        try {
            FleetServer server = new FleetServer(address, fleet.tls(), token, vms, feed, log::error);
            server.start();
            return server;
        } catch (IOException | IllegalArgumentException e) { // the latter for a host that has no address
            throw new StartFailure("cannot listen on fleet.listen " + address.shown() + ": " + e.getMessage());
        }
    }

    private static void check(FleetSettings fleet, FleetSettings.Socket address, @Nullable String token, Log log)
            throws StartFailure {
        if (address.isLoopback()) {
            return;
        }
        if (token == null && !fleet.allowWithoutToken()) {
            throw new StartFailure("fleet.listen is " + address.shown() + ", which other hosts can reach, and there is"
                    + " no token: set fleet.token_file or VERS_AUTH_TOKEN (or fleet.allow_without_token: true, if"
                    + " everybody who can reach it may change the fleet)");
        }
        if (token == null) {
            log.warn("everybody who can reach " + address.shown()
                    + " may change the fleet: fleet.allow_without_token is true");
        } else if (fleet.tls() == null) {
            log.warn("the fleet's token travels unencrypted to " + address.shown() + ": set fleet.tls");
        }
    }

    private static @Nullable String token(FleetSettings fleet, Environment environment) throws StartFailure {
        if (fleet.tokenFile() == null) {
            String variable = environment.variable("VERS_AUTH_TOKEN");
            return variable == null || variable.isBlank() ? null : variable.strip();
        }
        try {
            String token = Files.readString(fleet.tokenFile()).strip();
            if (token.isEmpty()) {
                throw new StartFailure("fleet.token_file " + fleet.tokenFile() + " is empty");
            }
            return token;
        } catch (IOException e) {
            throw new StartFailure("fleet.token_file " + fleet.tokenFile() + " cannot be read: " + e.getMessage());
        }
    }

    /** Tells a change of the fleet on its change stream. */
    static void tell(VmChange change, Feed feed) {
        String kind = change.kind().name().toLowerCase(Locale.ROOT);
        feed.publish(kind, change.vm().id(),
                List.of("name:" + change.vm().name(), "role:" + change.vm().role().word()), change.vm().json());
    }
}
