package dev.asmp.mcp;

import dev.asmp.client.OwnerClient;
import dev.asmp.client.RegistryException;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.wire.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Requests of tools to this machine's registry with the owner's token, and what they tell the client meanwhile. */
final class OwnerCalls {
    private static final int KEPT = 64 * 1024;
    private static final int SHOWN = 10_000;
    private static final int SILENCE_MILLIS = 30_000;
    /** Longer than the slices in which tools for agents wait, which report more. */
    private static final int QUIET_SECONDS = 15;

    private OwnerCalls() {}

    private static OwnerClient owner(Tool.Call call) {
        OwnerClient owner = call.owner();
        if (owner == null) {
            throw new ToolFailure("This tool acts for the machine's owner only, and where the group 'fleet' is enabled:"
                    + " 'asmp mcp --tools fleet', or /mcp?tools=fleet with the owner's token.");
        }
        return owner;
    }

    /** Asks the registry for the owner; while the answer takes long, the client is told so. */
    static Mapping ask(Tool.Call call, String method, String path, @Nullable Mapping body) {
        OwnerClient owner = owner(call);
        FutureTask<byte[]> reply = new FutureTask<>(
                () -> owner.ask(Request.json(method, path, body == null ? null : Json.write(body))));
        Thread.startVirtualThread(reply);
        for (int seconds = QUIET_SECONDS;; seconds += QUIET_SECONDS) {
            try {
                return Json.read(reply.get(QUIET_SECONDS, TimeUnit.SECONDS)) instanceof Mapping said
                        ? said
                        : Mapping.EMPTY;
            } catch (TimeoutException _) {
                call.progress().at("no answer yet after " + seconds + " s");
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RegistryException refusal) {
                    throw new ToolFailure(String.valueOf(TextSanitizer.line(refusal.getMessage(), 2_000)));
                }
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new ToolFailure("The call was ended.");
            }
        }
    }

    /** Runs a command in the VM at this path, and tells the client that it runs. */
    static Output run(Tool.Call call, String vm, Mapping body) {
        Output ran = new Output(call.progress());
        try {
            owner(call).stream(Request.json("POST", vm + "/exec", Json.write(body)), SILENCE_MILLIS, ran::take);
        } catch (IOException | RegistryException e) {
            throw new ToolFailure(String.valueOf(TextSanitizer.line(e.getMessage(), 2_000)));
        }
        return ran;
    }

    /** The end of a command's output, and how it ended. */
    static final class Output {
        private final ByteArrayOutputStream output = new ByteArrayOutputStream();
        private Mapping outcome = Mapping.builder().put("outcome", "transport_failed")
                .put("reason", "the answer broke off").build();
        private final Tool.Progress progress;
        private long bytes;
        private boolean isCut;

        Output(Tool.Progress progress) {
            this.progress = progress;
        }

        boolean take(String line) {
            if (line.isEmpty()) {
                progress.at("runs, " + bytes + " bytes of output");
                return true;
            }
            Mapping said = Json.read(line.getBytes(StandardCharsets.UTF_8)) instanceof Mapping mapping
                    ? mapping
                    : Mapping.EMPTY;
            if (said.text("outcome") != null) {
                outcome = said;
                return false;
            }
            byte[] part = Base64.getDecoder().decode(String.valueOf(said.text("data_b64")));
            output.writeBytes(part);
            bytes += part.length;
            if (output.size() > 2 * KEPT) {
                byte[] all = output.toByteArray();
                output.reset();
                output.writeBytes(Arrays.copyOfRange(all, all.length - KEPT, all.length));
                isCut = true;
            }
            return true;
        }

        /** How the command ended, as the registry says it. */
        Mapping outcome() {
            return outcome;
        }

        /** Tells whether {@link #text} is not all that was written. */
        boolean isCut() {
            return isCut;
        }

        String text() {
            String all = output.toString(StandardCharsets.UTF_8).strip();
            isCut |= all.length() > SHOWN;
            return isCut ? "[…]\n" + all.substring(Math.max(0, all.length() - SHOWN)) : all;
        }
    }
}
