package dev.asmp.http;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.fleet.FleetTree;
import dev.asmp.fleet.GoldenImage;
import dev.asmp.fleet.Reaper;
import dev.asmp.fleet.VmFleet;
import dev.asmp.fleet.VmRecord;
import dev.asmp.fleet.VmRequest;
import dev.asmp.manifest.Durations;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.vers.Exec;
import dev.asmp.vers.VersSettings;
import dev.asmp.wire.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The VMs that this host makes. All of it costs money or reads what is inside VMs, so it is for the owner only. */
final class FleetResource {
    private static final int LONGEST_FILE = 1024 * 1024;
    private static final Duration USUAL_LIMIT = Duration.ofMinutes(5);

    private final Supplier<VmFleet> fleet;
    private final OwnerAuthorization owner;
    private final ByteBudget execs;

    /** @param execs the memory for outputs of commands that run */
    FleetResource(Supplier<VmFleet> fleet, OwnerAuthorization owner, ByteBudget execs) {
        this.fleet = fleet;
        this.owner = owner;
        this.execs = execs;
    }

    void addTo(Routes routes) {
        add(routes, "GET", "/fleet/vms", _ -> Answer.ok(list("vms", new Reaper(fleet.get()).joined())).fleeting());
        add(routes, "POST", "/fleet/vms", exchange -> made(VmRequest.of(body(exchange))));
        add(routes, "GET", "/fleet/vms/{id}", exchange -> shown(fleet.get().records().get(exchange.parameter(0))));
        add(routes, "DELETE", "/fleet/vms/{id}", exchange -> {
            fleet.get().delete(exchange.parameter(0));
            return Answer.ok(Mapping.builder().put("deleted", exchange.parameter(0)).build());
        });
        add(routes, "POST", "/fleet/vms/{id}/commit", exchange -> {
            Mapping asked = body(exchange);
            return Answer.of(201, Mapping.builder().put("commit_id", fleet.get().commits().make(exchange.parameter(0),
                    asked.text("name"), isTrue(asked, "keep_paused"))).build());
        });
        add(routes, "POST", "/fleet/vms/{id}/pause", exchange -> change(exchange, id -> fleet.get().pause(id)));
        add(routes, "POST", "/fleet/vms/{id}/resume", exchange -> change(exchange, id -> fleet.get().resume(id)));
        add(routes, "POST", "/fleet/vms/{id}/lease", exchange -> change(exchange, id -> fleet.get().renew(id)));
        add(routes, "POST", "/fleet/vms/{id}/exec", this::exec);
        add(routes, "GET", "/fleet/vms/{id}/files", this::read, "path", "most");
        add(routes, "PUT", "/fleet/vms/{id}/files", this::write);
        add(routes, "GET", "/fleet/status", _ -> Answer.ok(FleetTree.status(fleet.get())).fleeting());
        add(routes, "POST", "/fleet/reap", exchange -> Answer.ok(new Reaper(fleet.get())
                .reap(isTrue(body(exchange), "dry_run")).document()));
        add(routes, "GET", "/fleet/commits",
                _ -> Answer.ok(list("commits", fleet.get().commits().listed())).fleeting());
        add(routes, "POST", "/fleet/commits/reconcile", exchange -> Answer.ok(fleet.get().commits()
                .reconcile(isTrue(body(exchange), "dry_run")).document()));
        add(routes, "GET", "/fleet/golden", _ -> Answer.ok(new GoldenImage(fleet.get()).shown()).fleeting());
        add(routes, "POST", "/fleet/golden", exchange -> Answer.ok(new GoldenImage(fleet.get())
                .ensure(body(exchange).text("commit"))));
        add(routes, "POST", "/fleet/golden/check", exchange -> Answer.ok(new GoldenImage(fleet.get())
                .check(body(exchange).text("commit"))));
    }

    private void add(Routes routes, String method, String path, Routes.Handler handler, String... query) {
        routes.add(method, path, exchange -> {
            owner.require(exchange);
            return handler.handle(exchange);
        }, query);
    }

    private static Mapping body(Exchange exchange) {
        Document body = exchange.optionalJson();
        if (body != null && !(body instanceof Mapping)) {
            throw new InvalidDocumentException("", "the body must be an object");
        }
        return body instanceof Mapping asked ? asked : Mapping.EMPTY;
    }

    private static boolean isTrue(Mapping asked, String key) {
        return asked.get(key) instanceof Scalar flag && flag.isTrue();
    }

    private static Mapping list(String key, List<Mapping> items) {
        return Mapping.builder().put(key, new Sequence(items.stream().map(item -> (Document) item).toList()))
                .put("count", items.size()).build();
    }

    private Answer made(VmRequest request) {
        return Answer.of(201, list("vms", fleet.get().make(request).stream().map(this::document).toList()));
    }

    private Mapping document(VmRecord vm) {
        return Mapping.builder().put("id", vm.id()).put("address", fleet.get().address(vm.id())).putAll(vm.facts())
                .build();
    }

    private Answer shown(VmRecord vm) {
        return Answer.ok(document(vm)).fleeting();
    }

    private Answer change(Exchange exchange, Consumer<String> change) {
        String id = exchange.parameter(0);
        change.accept(id);
        return shown(fleet.get().records().get(id));
    }

    /** The VM of the path, in which something is to be done. */
    private static String vm(Exchange exchange) {
        try {
            return new VersSettings.VmId(exchange.parameter(0)).text();
        } catch (IllegalArgumentException e) {
            throw new InvalidDocumentException("id", String.valueOf(e.getMessage()));
        }
    }

    private Answer exec(Exchange exchange) {
        Mapping asked = body(exchange);
        List<String> argv = asked.texts("argv");
        if (argv.isEmpty()) {
            throw new InvalidDocumentException("argv", "must be a list of at least one word");
        }
        Map<String, String> env = new TreeMap<>();
        asked.mapping("env").fields().keySet()
                .forEach(name -> env.put(name, Objects.requireNonNullElse(asked.mapping("env").text(name), "")));
        String limit = asked.text("timeout");
        Exec command;
        try {
            command = new Exec(argv, env, asked.text("directory"),
                    limit == null ? USUAL_LIMIT : limit.equals("0") ? Duration.ZERO : Durations.parse(limit));
        } catch (IllegalArgumentException e) {
            throw new InvalidDocumentException("timeout", String.valueOf(e.getMessage()));
        }
        String vm = vm(exchange);
        fleet.get().use(vm);
        return Answer.of(Reply.streamed(Map.of("Content-Type", "application/x-ndjson"),
                new ExecStream(fleet.get().transport(), vm, command, decoded(asked, "stdin_b64"),
                        execs)));
    }

    private static byte @Nullable [] decoded(Mapping asked, String key) {
        String written = asked.text(key);
        try {
            return written == null ? null : Base64.getDecoder().decode(written);
        } catch (IllegalArgumentException _) {
            throw new InvalidDocumentException(key, "must be base64");
        }
    }

    private Answer read(Exchange exchange) {
        String path = path(exchange.query("path"));
        Long most = exchange.number("most");
        fleet.get().use(vm(exchange));
        try {
            byte[] content = fleet.get().transport().get(vm(exchange), path,
                    most == null ? LONGEST_FILE : (int) Math.min(most, LONGEST_FILE));
            return Answer.ok(Mapping.builder().put("path", path)
                    .put("content_b64", Base64.getEncoder().encodeToString(content)).build()).fleeting();
        } catch (IOException e) {
            throw new HttpError(404, String.valueOf(e.getMessage()));
        }
    }

    private static String path(@Nullable String written) {
        if (written == null || written.isEmpty()) {
            throw new InvalidDocumentException("path", "is required");
        }
        return written;
    }

    private Answer write(Exchange exchange) {
        Mapping asked = body(exchange);
        String path = path(asked.text("path"));
        byte[] content = decoded(asked, "content_b64");
        String mode = Objects.requireNonNullElse(asked.text("mode"), "0644");
        if (content == null || !mode.matches("0?[0-7]{3}")) {
            throw new InvalidDocumentException(content == null ? "content_b64" : "mode",
                    content == null ? "is required" : "must be octal, such as 0644");
        }
        fleet.get().use(vm(exchange));
        try {
            fleet.get().transport().put(vm(exchange), path, content, Integer.parseInt(mode, 8));
        } catch (IOException e) {
            throw new HttpError(409, String.valueOf(e.getMessage()));
        }
        return Answer.ok(Mapping.builder().put("path", path).put("bytes", content.length).build());
    }
}
