package dev.asmp.vers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;

/**
 * The Vers API in memory: VMs, commits and logins; commands and files of a VM are those of a {@link VmBox}. Faults are armed
 * per call, in the shapes of the real one. Every test ends with {@link #live} and what it expects.
 */
@NullUnmarked
public final class FakeVersApi implements AutoCloseable {
    public static final String OWNER = "0a1b2c3d-1111-4222-8333-444455556666";
    public static final String KEY = OWNER + "0123456789abcdef".repeat(4);

    private final Path folder;
    private final HttpServer server;
    private final Map<String, Machine> vms = new ConcurrentSkipListMap<>();
    private final Map<String, Map<String, String>> commits = new ConcurrentSkipListMap<>();
    private final Map<Pattern, Deque<Fault>> faults = new ConcurrentHashMap<>();
    private final AtomicInteger created = new AtomicInteger();
    private final AtomicInteger deleted = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final FakeExec exec = new FakeExec(this);
    private final FakeLogin login = new FakeLogin();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Set<String> gone = ConcurrentHashMap.newKeySet();
    private final Deque<String> failingSteps = new ConcurrentLinkedDeque<>();
    private final String sshKey;
    private final Set<Reading> readings = ConcurrentHashMap.newKeySet();
    private volatile Map<String, String> accountVariables = Map.of();
    private volatile long delayMillis;
    private volatile Path agent;

    /** A VM. */
    public static final class Machine {
        final String id;
        final String owner;
        final Instant createdAt = Instant.now();
        final Map<String, String> labels = new ConcurrentSkipListMap<>();
        final String parentCommit;
        final String parentVm;
        final VmBox box;
        volatile String state = "running";
        volatile boolean diesWhenEntered;

        Machine(String id, String owner, String parentCommit, String parentVm, VmBox box) {
            this.id = id;
            this.owner = owner;
            this.parentCommit = parentCommit;
            this.parentVm = parentVm;
            this.box = box;
        }

        Mapping document() {
            Mapping.Builder said = Mapping.builder();
            labels.forEach(said::put);
            return Mapping.builder().put("vm_id", id).put("owner_id", owner).put("created_at", createdAt.toString())
                    .put("state", state).put("labels", labels.isEmpty() ? null : said.build()).build();
        }

        public Map<String, String> labels() {
            return labels;
        }

        public String state() {
            return state;
        }

        public VmBox box() {
            return box;
        }
    }

    /** What no documentation of Vers settles, or what it did before: the other reading of it than the usual one here. */
    public enum Reading {
        /** A branch is answered with {@code {"vm_id": …}}. */
        BRANCHES_ARE_ANSWERED_AS_BEFORE,
        /** A branch leaves its parent paused. */
        PARENTS_STAY_PAUSED,
        /** The metadata of a VM do not tell what it was made of. */
        ORIGINS_ARE_NOT_TOLD,
        /** Labels replace those before, in place of being merged with them. */
        LABELS_ARE_REPLACED,
        /** The account's variables reach restored VMs, too. */
        VARIABLES_REACH_RESTORED_VMS
    }

    /** What happens to one call instead of the usual, or after it. */
    public record Fault(Kind kind, int status, String body) {
        /** The kinds of faults. */
        public enum Kind {
            /** The call has no effect, and this reply. */
            REFUSED,
            /** The call has its effect, and this reply. */
            DONE_BUT,
            /** The call has its effect, and the connection ends without a reply. */
            DONE_AND_CUT,
            /** The call has no effect and is not answered. */
            SILENT,
            /** The call has its effect and is not answered. */
            DONE_AND_SILENT
        }

        public static Fault refused(int status, String body) {
            return new Fault(Kind.REFUSED, status, body);
        }

        public static Fault doneBut(int status, String body) {
            return new Fault(Kind.DONE_BUT, status, body);
        }

        public static Fault doneAndCut() {
            return new Fault(Kind.DONE_AND_CUT, 0, "");
        }

        public static Fault silent() {
            return new Fault(Kind.SILENT, 0, "");
        }

        public static Fault doneAndSilent() {
            return new Fault(Kind.DONE_AND_SILENT, 0, "");
        }
    }

    /** A reply of an endpoint. */
    record Reply(int status, byte[] body) {
        static Reply json(int status, Document body) {
            return new Reply(status, Json.write(body));
        }

        static Reply error(int status, String message) {
            return json(status, Mapping.builder().put("error", message)
                    .put("success", Scalar.bool(false)).build());
        }

        static Reply text(int status, String text) {
            return new Reply(status, text.getBytes(UTF_8));
        }
    }

    /** An API that keeps its VMs below a folder, on a free port. */
    public FakeVersApi(Path folder) throws IOException {
        this(folder, 0);
    }

    public FakeVersApi(Path folder, int port) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        this.sshKey = TlsFront.clientKey(folder);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** The value for {@code VERS_BASE_URL}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/api/v1";
    }

    /** The file with the private key of all VMs. */
    String clientKeyFile() {
        return folder.resolve("client_key").toString();
    }

    /** Arms faults for the next calls whose method and path match, one each. */
    public FakeVersApi arm(String methodAndPath, Fault... next) {
        faults.computeIfAbsent(Pattern.compile(methodAndPath), _ -> new ArrayDeque<>()).addAll(List.of(next));
        return this;
    }

    public void disarm() {
        faults.clear();
    }

    /** Behaves from now on as by other readings. */
    public void reads(Reading... other) {
        readings.addAll(List.of(other));
    }

    /** The account's variables, for VMs that are made from now on. */
    public void accountVariables(Map<String, String> variables) {
        accountVariables = variables;
    }

    /** Delays every reply. */
    public void delay(long millis) {
        delayMillis = millis;
    }

    /** Puts a program into the VMs that are made from now on, as {@code pi} on the path. */
    public void installAgent(Path program) {
        agent = program;
    }

    /** Lets this step of an agent's birth fail in the VM that is restored next. */
    public void failNext(String step) {
        failingSteps.add(step);
    }

    /** How commands run: without the helper of newer images, dropping streams, and so on. */
    public FakeExec exec() {
        return exec;
    }

    public FakeLogin login() {
        return login;
    }

    /** The VMs of our owner that exist now. */
    public List<String> live() {
        return vms.values().stream().filter(vm -> vm.owner.equals(OWNER)).map(vm -> vm.id).toList();
    }

    /** A VM, or null. */
    public Machine vm(String id) {
        return vms.get(id);
    }

    boolean isGone(String id) {
        return gone.contains(id);
    }

    /** The method and path of each call so far. */
    public List<String> calls() {
        return calls;
    }

    public int created() {
        return created.get();
    }

    public int deleted() {
        return deleted.get();
    }

    /** Adds a VM of this owner, as another program makes it. */
    public String add(String owner, Map<String, String> labels) {
        Machine vm = make(owner, null, null);
        vm.labels.putAll(labels);
        return vm.id;
    }

    /** Adds a commit, empty but for what a box holds. */
    public String addCommit(VmBox from) throws IOException {
        String id = UUID.randomUUID().toString();
        commits.put(id, new TreeMap<>(Map.of("name", "", "vm", "")));
        if (from != null) {
            from.copyTo(folder.resolve("commits").resolve(id));
        }
        return id;
    }

    /** The commits that exist, with aliases of them. */
    public Set<String> commits() {
        return commits.keySet();
    }

    public void tag(String name, String commit) {
        commits.put(name, new TreeMap<>(Map.of("alias", commit)));
    }

    private Machine make(String owner, String commit, String parent) {
        String id = UUID.randomUUID().toString();
        VmBox box = new VmBox(folder.resolve("vms").resolve(id));
        if (agent != null) {
            box.install(agent, "pi");
        }
        if ((commit == null && parent == null) || readings.contains(Reading.VARIABLES_REACH_RESTORED_VMS)) {
            box.set(accountVariables);
        }
        Machine vm = new Machine(id, owner, commit, parent, box);
        vms.put(id, vm);
        created.incrementAndGet();
        return vm;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath().replaceFirst("^/api/v1(?=/)", "");
            String call = exchange.getRequestMethod() + " " + path;
            byte[] body = exchange.getRequestBody().readAllBytes();
            calls.add(call);
            if (delayMillis > 0) {
                TimeUnit.MILLISECONDS.sleep(delayMillis);
            }
            Fault fault = fault(call);
            boolean isDone = fault == null || fault.kind.name().startsWith("DONE");
            if (isDone && fault == null && exec.streams(call, body, exchange)) {
                return;
            }
            Reply reply = isDone ? answer(call, path, body, exchange) : Reply.text(fault.status, fault.body);
            if (fault != null && fault.kind.name().endsWith("SILENT")) {
                closed.await(1, TimeUnit.HOURS);
            }
            if (fault != null && fault.kind == Fault.Kind.DONE_AND_CUT) {
                return;
            }
            send(exchange, fault != null && fault.kind == Fault.Kind.DONE_BUT
                    ? Reply.text(fault.status, fault.body)
                    : reply);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Fault fault(String call) {
        for (Map.Entry<Pattern, Deque<Fault>> armed : faults.entrySet()) {
            if (armed.getKey().matcher(call).matches() && !armed.getValue().isEmpty()) {
                return armed.getValue().poll();
            }
        }
        return null;
    }

    static void send(HttpExchange exchange, Reply reply) throws IOException {
        if (reply.body.length > 0) {
            exchange.getResponseHeaders().set("Content-Type", reply.body[0] == '{' || reply.body[0] == '['
                    ? "application/json"
                    : "text/plain");
        }
        exchange.sendResponseHeaders(reply.status, reply.body.length == 0 ? -1 : reply.body.length);
        exchange.getResponseBody().write(reply.body);
    }

    private Reply answer(String call, String path, byte[] body, HttpExchange exchange) throws IOException {
        if (path.equals("/health")) {
            return Reply.json(200, Mapping.builder().put("status", "ok").build());
        }
        if (path.startsWith("/api/shell-auth")) {
            return login.answer(path, mapping(body));
        }
        String key = exchange.getRequestHeaders().getFirst("Authorization");
        if (!("Bearer " + KEY).equals(key) && !login.knows(key)) {
            return Reply.text(403, "Forbidden: bad or missing API key");
        }
        try {
            return route(call, path, body, String.valueOf(exchange.getRequestURI().getRawQuery()));
        } catch (MalformedDocumentException _) {
            return Reply.text(400, "Failed to deserialize the JSON body into the target type");
        }
    }

    private static Mapping mapping(byte[] body) {
        return body.length > 0 && Json.read(body) instanceof Mapping said ? said : Mapping.EMPTY;
    }

    private Reply route(String call, String path, byte[] body, String query) throws IOException {
        String[] parts = path.split("/", -1);
        return switch (call) {
            case "GET /vms" -> Reply.json(200, new Sequence(vms.values().stream().map(vm -> (Document) vm.document())
                    .toList()));
            case "POST /keys/validate" -> Reply.text(200, "");
            case "GET /commits" -> listCommits(query);
            case "PUT /env_vars" -> {
                Map<String, String> variables = new TreeMap<>();
                mapping(body).mapping("vars").fields().forEach((name, _) -> variables.put(name,
                        String.valueOf(mapping(body).mapping("vars").text(name))));
                accountVariables(variables);
                yield Reply.text(200, "");
            }
            case "DELETE /env_vars/ASMP_LIVE_TEST" -> Reply.text(200, "");
            case "POST /vm/new_root" -> {
                Machine vm = make(OWNER, null, null);
                mapping(body).mapping("vm_config").mapping("labels").fields()
                        .forEach((name, _) -> vm.labels.put(name, String.valueOf(
                                mapping(body).mapping("vm_config").mapping("labels").text(name))));
                yield created(vm);
            }
            case "POST /vm/from_commit" -> restore(mapping(body));
            default -> parts.length >= 3 && parts[1].equals("vm")
                    ? about(parts[2], call.replaceFirst("/vm/[^/]+", "/vm/ID"), mapping(body), query)
                    : Reply.error(404, "not found");
        };
    }

    private static Reply created(Machine vm) {
        return Reply.json(201, Mapping.builder().put("vm_id", vm.id).build());
    }

    private Reply listCommits(String query) {
        List<Document> listed = new ArrayList<>();
        commits.forEach((id, said) -> listed.add(Mapping.builder().put("commit_id", id).put("owner_id", OWNER)
                .put("name", said.get("name")).put("parent_vm_id", said.get("vm"))
                .put("description", said.get("description")).build()));
        int from = Math.min(listed.size(), Integer.parseInt(parameter(query, "offset")));
        int to = Math.min(listed.size(), from + Integer.parseInt(parameter(query, "limit")));
        return Reply.json(200,
                Mapping.builder().put("commits", new Sequence(listed.subList(from, to))).put("total", listed.size())
                        .build());
    }

    private Reply restore(Mapping asked) throws IOException {
        if (asked.fields().size() != 1) {
            return Reply.text(400, "data did not match any variant of untagged enum FromCommitVmRequest");
        }
        String name = asked.text(asked.fields().firstEntry().getKey());
        Map<String, String> known = commits.get(name);
        String id = known == null ? name : known.getOrDefault("alias", name);
        if (known == null) {
            return asked.text("commit_id") != null && !name.contains("-")
                    ? Reply.text(422, "UUID parsing failed")
                    : Reply.error(404, "commit not found");
        }
        Machine vm = make(OWNER, id, null);
        Path saved = folder.resolve("commits").resolve(id);
        if (Files.exists(saved)) {
            new VmBox(saved).copyTo(vm.box.folder());
        }
        String step = failingSteps.poll();
        if (step != null) {
            FailingStep.plant(vm, step);
        }
        return created(vm);
    }

    private Reply about(String id, String call, Mapping asked, String query) throws IOException {
        Machine vm = vms.get(id);
        if (call.equals("DELETE /vm/ID")) {
            if (vm == null || !vm.owner.equals(OWNER)) {
                return Reply.error(403, "Forbidden");
            }
            gone.add(id);
            vms.remove(id);
            deleted.incrementAndGet();
            vm.box.delete();
            return Reply.json(200, Mapping.builder().put("vm_id", id).build());
        }
        if (vm == null) {
            return id.contains("-") ? Reply.error(404, "VM not found") : Reply.text(400, "UUID parsing failed");
        }
        return switch (call) {
            case "GET /vm/ID/status" -> Reply.json(200, vm.document());
            case "GET /vm/ID/metadata" -> Reply.json(200, vm.document().without(List.of("labels"))
                    .with("grandparent_vm_id", origin(vm.parentVm)).with("ip", Scalar.text("fd00::1"))
                    .with("parent_commit_id", origin(vm.parentCommit)));
            case "GET /vm/ID/ssh_key" -> Reply.json(200, Mapping.builder().put("ssh_port", 22_222)
                    .put("ssh_private_key", sshKey).build());
            case "PATCH /vm/ID/state" -> state(vm, String.valueOf(asked.text("state")));
            case "PATCH /vm/ID/label" -> {
                if (readings.contains(Reading.LABELS_ARE_REPLACED)) {
                    vm.labels.clear();
                }
                asked.mapping("labels").fields()
                        .forEach((name, _) -> vm.labels.put(name, String.valueOf(asked.mapping("labels").text(name))));
                yield Reply.text(200, "");
            }
            case "POST /vm/ID/commit" -> {
                String commit = addCommit(vm.box);
                commits.get(commit).putAll(Map.of("name", String.valueOf(asked.text("name")), "vm", id,
                        "description", String.valueOf(asked.text("description"))));
                yield Reply.json(201, Mapping.builder().put("commit_id", commit)
                        .put("host_architecture", "x86_64").build());
            }
            case "POST /vm/ID/branch" -> branch(vm, query);
            default -> exec.answer(vm, call, asked, query);
        };
    }

    private Scalar origin(String id) {
        return id == null || readings.contains(Reading.ORIGINS_ARE_NOT_TOLD) ? Scalar.NULL : Scalar.text(id);
    }

    private static Reply state(Machine vm, String state) {
        if (!state.equals("Paused") && !state.equals("Running")) {
            return Reply.text(422, "unknown variant `" + state + "`, expected `Paused` or `Running`");
        }
        vm.state = state.toLowerCase(Locale.ROOT);
        return Reply.text(200, "");
    }

    private Reply branch(Machine vm, String query) throws IOException {
        int count = query.matches(".*\\bcount=[0-9]+.*")
                ? Integer.parseInt(query.replaceFirst(".*\\bcount=([0-9]+).*", "$1"))
                : 1;
        List<Document> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Machine child = make(OWNER, null, vm.id);
            vm.box.copyTo(child.box.folder());
            made.add(Mapping.builder().put("vm_id", child.id).build());
        }
        if (readings.contains(Reading.PARENTS_STAY_PAUSED)) {
            vm.state = "paused";
        }
        return Reply.json(201, readings.contains(Reading.BRANCHES_ARE_ANSWERED_AS_BEFORE)
                ? (Mapping) made.getFirst()
                : Mapping.builder().put("vms", new Sequence(made)).build());
    }

    static String parameter(String query, String name) {
        for (String one : query.split("&", -1)) {
            if (one.startsWith(name + "=")) {
                return URLDecoder.decode(one.substring(name.length() + 1), UTF_8);
            }
        }
        return null;
    }

    static byte[] all(InputStream in) {
        try {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        vms.values().forEach(vm -> vm.box.delete());
    }
}
