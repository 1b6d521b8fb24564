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

/** A connection of this process to VMs, for what is too large or too lively to pass through the daemon. */
record VmDirect(VersApi api, VersSettings settings, VmTransport transport) implements AutoCloseable {
    /** Prepares a connection to a VM, which is resumed if it is paused. */
    static VmDirect open(String vm, CommandContext session) {
        try {
            VersSettings settings = VersSettings.of(session.environment());
            VersKey key = new VersKey(session.environment());
            if (key.get() == null) {
                throw new CommandFailure("there is no key for Vers: run asmp vers login, or set VERS_API_KEY");
            }
            new VersSettings.VmId(vm);
            resume(vm, session);
            VersApi api = new VersApi(settings, key::get);
            return new VmDirect(api, settings, VmTransports.bulk(settings, api, session.environment().stateFolder()));
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
