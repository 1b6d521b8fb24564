package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.RegistryException;
import dev.asmp.client.UrlEncoding;
import dev.asmp.vers.VersApi;
import dev.asmp.vers.VersKey;
import dev.asmp.vers.VersSettings;
import dev.asmp.vers.VmTransport;
import dev.asmp.vers.VmTransports;
import dev.asmp.wire.Request;
import java.nio.file.Path;

/** A connection of this process to VMs, for what is too large or too lively to pass through the daemon. */
record VmDirect(VersApi api, VersSettings settings, VmTransport transport) implements AutoCloseable {
    /** Prepares a connection for files to a VM, which is resumed if it is paused. */
    static VmDirect open(String vm, CommandContext session) {
        return open(vm, session, true);
    }

    /** The same for commands, whose signals have names. */
    static VmDirect forCommands(String vm, CommandContext session) {
        return open(vm, session, false);
    }

    private static VmDirect open(String vm, CommandContext session, boolean isBulk) {
        try {
            VersSettings settings = VersSettings.of(session.environment());
            VersKey key = new VersKey(session.environment());
            if (key.get() == null) {
                throw new CommandFailure("there is no key for Vers: run asmp vers login, or set VERS_API_KEY");
            }
            new VersSettings.VmId(vm);
            resume(vm, session);
            VersApi api = new VersApi(settings, key::get);
            Path home = session.environment().stateFolder();
            return new VmDirect(api, settings, isBulk
                    ? VmTransports.bulk(settings, api, home)
                    : VmTransports.of(settings, api, home, session.environment().variable(VmTransports.VARIABLE)));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    /** Lets the daemon resume a VM that it knows as paused; a VM of others is taken as it is. */
    private static void resume(String vm, CommandContext session) {
        try {
            OwnerClient owner = new OwnerClient(session.environment());
            String path = "/fleet/vms/" + UrlEncoding.encode(vm);
            byte[] record = owner.ask(Request.of("GET", path));
            if ("paused".equals(JsonReader.mapping(record).text("state"))) {
                owner.ask(Request.of("POST", path + "/resume"));
            }
        } catch (RegistryException _) {
            // No daemon, or not a VM of ours.
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
