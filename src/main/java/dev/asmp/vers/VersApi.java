package dev.asmp.vers;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP API of Vers. It answers in several shapes, which are all read: a branch with one id or with a list, success
 * without a body, errors as JSON or as plain text, states in any case.
 */
public final class VersApi {
    private static final String V1 = "/api/v1";
    private static final int PAGE = 50;

    private final VersHttp http;

    /** @param key the key to the API, asked for at each call; null to let the server refuse */
    public VersApi(VersSettings settings, Supplier<@Nullable String> key) {
        this.http = new VersHttp(settings.api(), key);
    }

    /** The size and the labels of a VM to be made; null and an empty map leave it to the API. */
    public record Root(@Nullable Integer cpus, @Nullable Integer memoryMib, @Nullable Integer diskMib,
            @Nullable String image, Map<String, String> labels) {
        public Root {
            labels = Map.copyOf(labels);
        }
    }

    /** The private key with which a VM's SSH server is entered. */
    public record SshKey(String pem) {
        @Override
        public String toString() {
            return "SshKey[…]";
        }
    }

    /** All VMs that the key may see, also those of others. */
    public List<VersVm> list() {
        List<VersVm> vms = new ArrayList<>();
        byte[] body = http.call("GET", V1 + "/vms", null, VersHttp.READING);
        readable("GET", "/vms", body, () -> Json.readItems(body, null, item -> {
            if (item instanceof Mapping vm) {
                vms.add(VersVm.of(vm));
            }
        }));
        return vms;
    }

    /** Makes a VM from an image and returns its id. */
    public String createRoot(Root root, boolean wait) {
        Mapping labels = labels(root.labels());
        Mapping config = Mapping.builder().put("vcpu_count", number(root.cpus()))
                .put("mem_size_mib", number(root.memoryMib())).put("fs_size_mib", number(root.diskMib()))
                .put("image_name", root.image()).put("labels", labels.isEmpty() ? null : labels).build();
        return id("vm_id", "POST", "/vm/new_root" + (wait ? "?wait_boot=true" : ""),
                Mapping.builder().put("vm_config", config).build());
    }

    private static @Nullable Scalar number(@Nullable Integer number) {
        return number == null ? null : Scalar.number(number);
    }

    private static Mapping labels(Map<String, String> labels) {
        Mapping.Builder said = Mapping.builder();
        labels.forEach(said::put);
        return said.build();
    }

    /** Makes a VM from a commit and returns its id: a commit's id, a tag, or {@code repository:tag}. */
    public String restore(String from) {
        String kind = from.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
                ? "commit_id"
                : from.indexOf(':') > 0 ? "ref" : "tag_name";
        return id("vm_id", "POST", "/vm/from_commit", Mapping.builder().put(kind, from).build());
    }

    /** Copies a running VM, memory included, and returns the copies' ids. */
    public List<String> branch(String vm, int count) {
        String path = "/vm/" + segment(vm) + "/branch" + (count > 1 ? "?count=" + count : "");
        Mapping reply = mapping("POST", path, null, VersHttp.CHANGING);
        List<String> ids = new ArrayList<>();
        for (Document one : reply.list("vms")) {
            String id = one instanceof Mapping child ? child.text("vm_id") : null;
            if (id != null) {
                ids.add(id);
            }
        }
        if (ids.isEmpty() && reply.text("vm_id") != null) {
            ids.add(String.valueOf(reply.text("vm_id")));
        }
        if (ids.isEmpty()) {
            throw new VersException("POST", path, 502, "the reply names no VM");
        }
        return ids;
    }

    /** Saves memory and disk of a VM and returns the commit's id. */
    public String commit(String vm, @Nullable String name, @Nullable String description, boolean keepPaused) {
        return id("commit_id", "POST", "/vm/" + segment(vm) + "/commit?keep_paused=" + keepPaused,
                Mapping.builder().put("name", name).put("description", description).build());
    }

    public void pause(String vm) {
        state(vm, "Paused");
    }

    public void resume(String vm) {
        state(vm, "Running");
    }

    private void state(String vm, String state) {
        http.call("PATCH", V1 + "/vm/" + segment(vm) + "/state", Mapping.builder().put("state", state).build(),
                VersHttp.CHANGING);
    }

    /** Deletes a VM; returns once it is gone. An unknown one is answered with 403, so the list then decides. */
    public void delete(String vm) {
        try {
            http.call("DELETE", V1 + "/vm/" + segment(vm), null, VersHttp.CHANGING);
        } catch (VersException e) {
            if (e.status() != 404 && !(e.status() == 403 && list().stream().noneMatch(one -> one.id().equals(vm)))) {
                throw e;
            }
        }
    }

    public VersVm status(String vm) {
        return VersVm.of(mapping("GET", "/vm/" + segment(vm) + "/status", null, VersHttp.READING));
    }

    /** What the API knows about a VM's origin: {@code parent_commit_id} and others. */
    public Mapping metadata(String vm) {
        return mapping("GET", "/vm/" + segment(vm) + "/metadata", null, VersHttp.READING);
    }

    public SshKey sshKey(String vm) {
        String path = "/vm/" + segment(vm) + "/ssh_key";
        String pem = mapping("GET", path, null, VersHttp.READING).text("ssh_private_key");
        if (pem == null || pem.isBlank()) {
            throw new VersException("GET", path, 502, "the reply has no key");
        }
        return new SshKey(pem);
    }

    /** Sets labels of a VM. */
    public void label(String vm, Map<String, String> labels) {
        http.call("PATCH", V1 + "/vm/" + segment(vm) + "/label",
                Mapping.builder().put("labels", labels(labels)).build(), VersHttp.CHANGING);
    }

    /** The commits that the key may see, the newest first as the API sorts them. */
    public List<Mapping> commits() {
        List<Mapping> commits = new ArrayList<>();
        List<Document> page;
        do {
            page = mapping("GET", "/commits?limit=" + PAGE + "&offset=" + commits.size(), null, VersHttp.READING)
                    .list("commits");
            for (Document one : page) {
                commits.add(one instanceof Mapping commit ? commit : Mapping.EMPTY);
            }
        } while (page.size() == PAGE);
        return commits;
    }

    /** Checks the key. */
    public void validateKey() {
        http.call("POST", V1 + "/keys/validate", Mapping.EMPTY, VersHttp.READING);
    }

    /** Opens the output of a command that starts with this, as lines of JSON. */
    InputStream execStream(String vm, Mapping command) {
        return http.open(V1 + "/vm/" + segment(vm) + "/exec/stream", command, VersHttp.CHANGING);
    }

    /** Opens the output of a command that runs already, after a position in it. */
    InputStream attach(String vm, String exec, @Nullable String cursor) {
        return http.open(V1 + "/vm/" + segment(vm) + "/exec/stream/attach",
                Mapping.builder().put("exec_id", exec)
                        .put("cursor", cursor == null ? null : new Scalar(Scalar.Kind.NUMBER, cursor)).build(),
                VersHttp.CHANGING);
    }

    /** The output of commands of a VM from an offset: {@code entries, next_offset, eof}. */
    public Mapping logs(String vm, long offset, int most) {
        return mapping("GET", "/vm/" + segment(vm) + "/logs?offset=" + offset + "&max_entries=" + most, null,
                VersHttp.READING);
    }

    void putFile(String vm, String path, byte[] content, int mode) {
        http.call("PUT", V1 + "/vm/" + segment(vm) + "/files",
                Mapping.builder().put("path", path)
                        .put("content_b64", Base64.getEncoder().encodeToString(content)).put("mode", mode)
                        .put("create_dirs", Scalar.bool(true)).build(),
                VersHttp.CHANGING);
    }

    private String id(String key, String method, String path, Mapping body) {
        String id = mapping(method, path, body, VersHttp.CHANGING).text(key);
        if (id == null || id.isBlank()) {
            throw new VersException(method, path, 502, "the reply has no " + key);
        }
        return id;
    }

    private Mapping mapping(String method, String path, @Nullable Mapping body, Duration limit) {
        byte[] reply = http.call(method, V1 + path, body, limit);
        Mapping[] read = {Mapping.EMPTY};
        readable(method, path, reply, () -> read[0] = Json.read(reply) instanceof Mapping said ? said : read[0]);
        return read[0];
    }

    private static void readable(String method, String path, byte[] body, Runnable reading) {
        try {
            reading.run();
        } catch (MalformedDocumentException e) {
            throw new VersException(method, path, 502, body.length == 0
                    ? "the reply is empty"
                    : "the reply is not"
                            + " JSON: " + e.getMessage());
        }
    }

    static String segment(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static Sequence words(List<String> words) {
        return Sequence.ofTexts(words);
    }
}
