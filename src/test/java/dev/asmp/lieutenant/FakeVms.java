package dev.asmp.lieutenant;

import dev.asmp.agent.AgentHost;
import dev.asmp.agent.LocalHost;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.vers.FailingStep;
import dev.asmp.vers.VmBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** VMs in folders, each with processes of its own; a worker that is called as a step fails in it. */
final class FakeVms implements VmLife, AutoCloseable {
    private final Path folder;
    private final Path agent;
    private final Map<String, Vm> vms = new ConcurrentSkipListMap<>();
    private final AtomicInteger made = new AtomicInteger();
    volatile boolean away;
    volatile boolean leftover;
    private volatile @Nullable Process left;

    private record Vm(VmBox box, Mapping agent, boolean[] paused) {
        String name() {
            return String.valueOf(agent.text("name"));
        }
    }

    FakeVms(Path folder, Path agent) {
        this.folder = folder;
        this.agent = agent;
    }

    int live() {
        return vms.size();
    }

    Path file(String vm, String path) {
        return vm(vm).box().file(path);
    }

    private Vm vm(String id) {
        return Objects.requireNonNull(vms.get(id), id);
    }

    @Override
    public void check() {}

    @Override
    public String create(@Nullable String commit, @Nullable String parent, Mapping facts) throws IOException {
        failAt("create_vm", String.valueOf(facts.text("name")));
        String id = "vm-" + made.incrementAndGet();
        VmBox box = new VmBox(Files.createDirectories(folder.resolve(id)));
        Files.writeString(box.folder().resolve("root/pi"), FailingStep.agent(String.valueOf(facts.text("name")),
                Files.readString(agent)));
        vms.put(id, new Vm(box, facts, new boolean[1]));
        if (leftover) {
            Files.createDirectories(box.file("/tmp/pi-rpc"));
            left = box.start(List.of("/usr/bin/python3", "/root/pi", "--mode", "rpc"), Map.of(), "/root");
        }
        return id;
    }

    boolean leftoverLives() {
        return Objects.requireNonNull(left).isAlive();
    }

    private static void failAt(String step, String name) throws IOException {
        if (step.equals(name)) {
            throw new IOException(FailingStep.REASON);
        }
    }

    @Override
    public void awaitReady(String vm) throws IOException {
        failAt("wait_vm", vm(vm).name());
    }

    @Override
    public void pause(String vm) {
        vm(vm).paused()[0] = true;
    }

    @Override
    public void resume(String vm) {
        vm(vm).paused()[0] = false;
    }

    @Override
    public void delete(String vm) throws IOException {
        if (away) {
            throw new IOException("the API is away");
        }
        Vm gone = vms.remove(vm);
        if (gone != null) {
            gone.box().close();
        }
    }

    @Override
    public Presence presence(String vm) throws IOException {
        if (away) {
            throw new IOException("the API is away");
        }
        Vm there = vms.get(vm);
        return there == null ? Presence.GONE : there.paused()[0] ? Presence.PAUSED : Presence.THERE;
    }

    @Override
    public List<Mapping> agents() {
        List<Mapping> all = new ArrayList<>();
        vms.forEach((id, vm) -> all.add(vm.agent().with("vm", Scalar.text(id))));
        return all;
    }

    @Override
    public void use(String vm) {}

    @Override
    public String registryUrl() {
        return "https://registry.test:7701";
    }

    @Override
    public AgentHost host(String id) {
        return new AgentHost() {
            private List<String> inside(List<String> argv) throws IOException {
                Vm vm = vms.get(id);
                if (vm == null || away) {
                    throw new IOException("no route to " + id);
                }
                String script = FailingStep.SCRIPTS.get(vm.name());
                if (script != null && argv.stream().anyMatch(word -> word.contains(script))) {
                    throw new IOException(FailingStep.REASON);
                }
                List<String> words = new ArrayList<>(vm.box().prefix());
                words.addAll(argv);
                return words;
            }

            @Override
            public Ran run(List<String> argv, byte[] input, Duration limit) throws IOException {
                return new LocalHost(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")).run(inside(argv), input, limit);
            }

            @Override
            public Link open(List<String> argv) throws IOException {
                return new LocalHost(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")).open(inside(argv));
            }
        };
    }

    @Override
    public void close() {
        vms.values().forEach(vm -> vm.box().close());
    }
}
