package dev.asmp.mcp;

import dev.asmp.client.FleetClient;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.RegistryApi;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.EditDistance;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tools by group, in the order in which they are listed, and how a call of one becomes an answer. */
final class Tools {
    private static final Map<ToolGroup, List<Tool>> BY_GROUP = new EnumMap<>(Map.of(
            ToolGroup.SERVICES, List.of(FindTool.TOOL, ServiceTools.LIST, ServiceTools.GET, ServiceTools.HEALTH_TOOL,
                    ServiceTools.CAPABILITIES_TOOL, RegisterTools.REGISTER, RegisterTools.ANNOUNCE, RegisterTools.SCAN,
                    TodoTools.TODO, TodoTools.TODOS),
            ToolGroup.HOSTS, List.of(HostTools.LIST), ToolGroup.MODELS, List.of(ModelTools.LIST, ModelTools.RECOMMEND),
            ToolGroup.VMS, List.of(FleetTools.REGISTER, FleetTools.LIST, FleetTools.DISCOVER, FleetTools.HEARTBEAT),
            ToolGroup.FLEET, Stream.of(VmTools.ALL, AgentTools.ALL).flatMap(List::stream).toList(),
            ToolGroup.VERS, VersTools.ALL));
    /** The groups of tools that cost money. */
    private static final Set<ToolGroup> FOR_FLEET = EnumSet.of(ToolGroup.FLEET, ToolGroup.VERS);
    private static final String PROGRESS = "progressToken";
    private static final List<Tool> ALL = BY_GROUP.values().stream().flatMap(List::stream).toList();

    private final RegistryApi registry;
    private final FleetClient fleet;
    private final Supplier<OwnerClient> owner;
    private final @Nullable Function<String, @Nullable String> variables;

    /**
     * @param variables the environment of the client; null where clients are other processes
     */
    Tools(RegistryApi registry, FleetClient fleet, @Nullable Function<String, @Nullable String> variables,
            Supplier<OwnerClient> owner) {
        this.owner = owner;
        this.registry = registry;
        this.fleet = fleet;
        this.variables = variables;
    }

    /** Answers {@code tools/list} with these groups; with what this machine has, where none are asked for. */
    Mapping list(@Nullable Set<ToolGroup> asked) {
        Set<ToolGroup> groups = asked == null ? configured() : asked;
        return Mapping.builder()
                .put("tools", new Sequence(BY_GROUP.entrySet().stream().filter(group -> groups.contains(group.getKey()))
                        .flatMap(group -> group.getValue().stream()).map(tool -> (Document) tool.document()).toList()))
                .build();
    }

    private Set<ToolGroup> configured() {
        EnumSet<ToolGroup> groups = EnumSet.of(ToolGroup.SERVICES);
        Mapping profile = profile();
        if (!profile.mapping("federation").list("peers").isEmpty()) {
            groups.add(ToolGroup.HOSTS);
        }
        if (fleet.isConfigured() || !profile.mapping("fleet").isEmpty()) {
            groups.add(ToolGroup.VMS);
        }
        if (ModelTools.areThere(new RegistryCalls(registry))) {
            groups.add(ToolGroup.MODELS);
        }
        return groups;
    }

    private Mapping profile() {
        try {
            return new RegistryCalls(registry).get("/host");
        } catch (ToolFailure | RegistryCalls.Refusal _) {
            return Mapping.EMPTY;
        }
    }

    /** Answers {@code tools/call}; an error that a model can correct is an answer marked as one. */
    Mapping call(Mapping params, Caller caller) {
        String name = params.text("name");
        Tool tool = ALL.stream().filter(known -> known.name().equals(name)).findFirst()
                .orElseThrow(() -> unknown(Objects.requireNonNullElse(name, "")));
        Document given = params.get("arguments");
        if (given != null && !(given instanceof Mapping)) {
            throw new RpcError(RpcError.INVALID_PARAMS, "\"arguments\" must be an object, but is " + given.kindName());
        }
        try {
            RegistryCalls asked = new RegistryCalls(registry);
            RegistryCalls fleetAsked = new RegistryCalls(caller.isOwner() ? fleet : this::askAsStranger);
            ToolArguments arguments = ToolArguments.checked(tool.name(), params.mapping("arguments"), tool.input());
            Tool.Answer answer = tool.action()
                    .answer(new Tool.Call(arguments, asked, fleetAsked, caller.client(), variables, ownerFor(caller),
                            progress(params, caller)));
            String notice = asked.notice();
            return content(notice == null ? answer : answer.noting(notice));
        } catch (ToolFailure e) {
            return failure(String.valueOf(e.getMessage()));
        } catch (RegistryCalls.Refusal e) {
            return failure(e.getMessage() + advice(e.status()));
        }
    }

    /** Tells the client how far a call is, where it asks for that and can be told meanwhile; the figure grows. */
    private static Tool.Progress progress(Mapping params, Caller caller) {
        Document token = params.mapping("_meta").get(PROGRESS);
        Consumer<Mapping> notices = caller.notices();
        AtomicLong done = new AtomicLong();
        return !(token instanceof Scalar) || notices == null
                ? _ -> {}
                : message -> notices.accept(Message.notice("notifications/progress", Mapping.builder()
                        .put(PROGRESS, token).put("progress", done.incrementAndGet()).put("message", message).build()));
    }

    /** Tells whether a call may take long and its client asks to be told meanwhile. */
    boolean reportsProgress(Mapping params, Caller caller) {
        String name = params.text("name");
        return params.mapping("_meta").get(PROGRESS) instanceof Scalar && isForFleet(caller)
                && names(FOR_FLEET).anyMatch(known -> known.equals(name));
    }

    private static Stream<String> names(Set<ToolGroup> groups) {
        return groups.stream().flatMap(group -> BY_GROUP.getOrDefault(group, List.of()).stream()).map(Tool::name);
    }

    /** The owner's way to this machine's registry, for a caller that acts for the owner and has asked for these tools. */
    private @Nullable OwnerClient ownerFor(Caller caller) {
        return isForFleet(caller) ? owner.get() : null;
    }

    private static boolean isForFleet(Caller caller) {
        Set<ToolGroup> groups = caller.groups();
        return caller.isOwner() && groups != null && !Collections.disjoint(groups, FOR_FLEET);
    }

    /** Asks this machine's registry about VMs; a fleet elsewhere is asked with the owner's token, and for the owner only. */
    private Reply askAsStranger(Request request) {
        if (fleet.isConfigured()) {
            throw new ToolFailure(
                    "This machine belongs to a fleet whose registry is elsewhere, and this connection does not"
                            + " act for the machine's owner. Use 'asmp mcp' over standard input and output, or send the owner's"
                            + " token, the file 'token' in the state folder, as 'Authorization: Bearer …'.");
        }
        return registry.call(request);
    }

    private static RpcError unknown(String name) {
        List<String> names = names(EnumSet.complementOf(EnumSet.of(ToolGroup.VERS))).toList();
        String nearest = EditDistance.nearest(name, names);
        return new RpcError(RpcError.INVALID_PARAMS, "Unknown tool: '" + TextSanitizer.line(name, 60) + "'"
                + (nearest == null ? "" : "; did you mean " + nearest + "?") + " There are: "
                + String.join(", ", names));
    }

    private static Mapping content(Tool.Answer answer) {
        return Mapping.builder().put("content", text(answer.text())).put("structuredContent", answer.data()).build();
    }

    private static Mapping failure(String message) {
        return Mapping.builder().put("content", text(message)).put("isError", Scalar.bool(true)).build();
    }

    static Sequence text(String text) {
        return new Sequence(List.of(Mapping.builder().put("type", "text").put("text", text).build()));
    }

    /** The next step after a refusal, by its status. */
    private static String advice(int status) {
        return switch (status) {
            case 400 -> ". Correct that and call again.";
            case 401 -> ". The fleet's registry wants a token: its owner sets VERS_AUTH_TOKEN, or the token in"
                    + " ~/.vers/agent-services.json.";
            case 403 ->
                ". The owner of this machine does not allow that: do not try again; note it with service_todo and"
                        + " tell your user.";
            case 404, 405 -> ". This registry does not offer that; it may be older than this tool.";
            case 409 -> ". Nothing was changed; call again with another name or port, or ask your user.";
            case 413 -> ". Send less.";
            case 503 -> ". Nothing was changed; try once more in a moment, then tell your user.";
            default -> ".";
        };
    }
}
