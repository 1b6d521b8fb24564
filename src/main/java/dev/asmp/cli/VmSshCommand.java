package dev.asmp.cli;

import dev.asmp.document.IoReason;
import dev.asmp.vers.SshKeyFile;
import dev.asmp.vers.VersException;
import dev.asmp.vers.VersSettings;
import dev.asmp.vers.VmSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;

/**
 * {@code asmp vm ssh}: the system's {@code ssh} in a VM, with {@code asmp ssh-proxy} in place of TLS by another program.
 */
final class VmSshCommand implements Command {
    private final boolean isProxy;

    VmSshCommand(boolean isProxy) {
        this.isProxy = isProxy;
    }

    @Override
    public CommandSpec spec() {
        return isProxy
                ? new CommandSpec("ssh-proxy", "HOST",
                        "connect standard input and output to a VM's SSH server, as a ProxyCommand of ssh", List.of(),
                        List.of("ssh -o ProxyCommand='asmp ssh-proxy %h' root@ID.vm.vers.sh"))
                : new CommandSpec("vm ssh", "[ID] [-- ARGV...]", "open a shell in a VM by the system's ssh", List.of(),
                        List.of("asmp vm ssh 3f2a91c0-4b7e-4d0e-9a41-0c6b6b0d9f5e"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws Exception {
        String operand = isProxy ? arguments.operand("the HOST") : VmUseCommand.vm(arguments, session);
        return isProxy ? proxy(operand, session) : shell(operand, arguments, session);
    }

    private static int shell(String id, CommandArguments arguments, CommandContext session)
            throws IOException, InterruptedException {
        Path home = session.environment().stateFolder();
        List<String> words;
        try (VmDirect vm = VmDirect.open(id, session)) {
            Path key = SshKeyFile.write(home, id, vm.api().sshKey(id));
            words = new ArrayList<>(List.of("ssh", "-i", key.toString(), "-o", "IdentitiesOnly=yes", "-o",
                    "ProxyCommand='" + Launcher.path(session.environment()).replace("%", "%%") + "' ssh-proxy %h",
                    "-o", "UserKnownHostsFile=" + SshKeyFile.knownHosts(home, id), "-o", "HostKeyAlias=" + id, "-o",
                    "StrictHostKeyChecking=accept-new", "-o", "LogLevel=ERROR", "-o", "ServerAliveInterval=15", "-o",
                    "ServerAliveCountMax=4", vm.settings().user() + "@" + vm.settings().hostOf(id)));
        } catch (VersException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
        List<String> argv = arguments.rest();
        if (argv != null) {
            words.add("--");
            words.addAll(argv);
        }
        ChildProcess child = new ChildProcess(words);
        child.start();
        return child.waitFor();
    }

    private static int proxy(String host, CommandContext session) throws IOException {
        VersSettings settings = VersSettings.of(session.environment());
        String id = host.endsWith("." + settings.domain())
                ? host.substring(0, host.length() - settings.domain().length() - 1)
                : host;
        try (SSLSocket socket = VmSocket.open(id, settings)) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    byte[] buffer = new byte[32 * 1024];
                    for (int n = System.in.read(buffer); n >= 0; n = System.in.read(buffer)) {
                        socket.getOutputStream().write(buffer, 0, n);
                    }
                    socket.shutdownOutput();
                } catch (IOException _) {
                    // Either end is gone.
                }
            });
            byte[] buffer = new byte[32 * 1024];
            for (int n = socket.getInputStream().read(buffer); n >= 0; n = socket.getInputStream().read(buffer)) {
                session.out().write(buffer, 0, n);
                session.out().flush();
            }
            return DONE;
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(IoReason.of(e));
        }
    }
}
