package dev.asmp.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** This machine: commands are child processes. */
public final class LocalHost implements AgentHost {
    private static final int MOST = 64 * 1024;

    private final Map<String, String> environment;

    /** @param environment the variables that commands get, and no others */
    public LocalHost(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    private Process started(List<String> argv) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    @Override
    public Ran run(List<String> argv, byte[] input, Duration limit) throws IOException {
        Process process = started(argv);
        try {
            CompletableFuture<String> out = read(process.getInputStream());
            CompletableFuture<String> err = read(process.getErrorStream());
            CompletableFuture<Void> fed = CompletableFuture.runAsync(() -> feed(process, input),
                    Thread::startVirtualThread);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(argv.getFirst() + " took longer than " + limit.toSeconds() + " s");
            }
            fed.cancel(false);
            return new Ran(process.exitValue(), out.get(1, TimeUnit.SECONDS), err.get(1, TimeUnit.SECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the output of " + argv.getFirst() + " cannot be read: " + e.getMessage());
        } finally {
            process.destroyForcibly();
        }
    }

    private static void feed(Process process, byte[] input) {
        try (OutputStream out = process.getOutputStream()) {
            out.write(input);
        } catch (IOException _) {
            // The command ended without reading it all; its exit code tells.
        }
    }

    /** Reads on a thread of its own, so that a full pipe holds up nothing; keeps the beginning. */
    private static CompletableFuture<String> read(InputStream in) {
        return CompletableFuture.supplyAsync(() -> {
            try (in) {
                String text = new String(in.readNBytes(MOST), StandardCharsets.UTF_8);
                in.transferTo(OutputStream.nullOutputStream());
                return text;
            } catch (IOException _) {
                return "";
            }
        }, Thread::startVirtualThread);
    }

    @Override
    public Link open(List<String> argv) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        return new Link() {
            @Override
            public InputStream in() {
                return process.getInputStream();
            }

            @Override
            public OutputStream out() {
                return process.getOutputStream();
            }

            @Override
            public void close() {
                // By handle: closing the stream of a process that does not read would wait for it.
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.toHandle().destroyForcibly();
                Thread.startVirtualThread(process::destroy);
            }
        };
    }
}
