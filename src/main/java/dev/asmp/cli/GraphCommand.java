package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Prints who needs whom: as lines, or as a picture for Graphviz or Mermaid. */
final class GraphCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("graph", "[NAME]", "show who needs whom, what is missing, and circles",
                List.of(OptionSpec.flag("--dot", "as a picture for Graphviz"),
                        OptionSpec.flag("--mermaid", "as a picture for Markdown")),
                List.of("asmp graph", "asmp graph mail", "asmp graph --dot | dot -Tsvg > services.svg",
                        "asmp graph --mermaid"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(1);
        if (arguments.has("--dot") && arguments.has("--mermaid")) {
            throw new UsageError("--dot and --mermaid are two ways to draw: choose one");
        }
        String name = arguments.operands().isEmpty() ? null : arguments.operands().getFirst();
        byte[] answer = session.get("/graph");
        if (session.json() && name == null) {
            session.printJson(answer);
            return DONE;
        }
        Graph graph = Graph.of(JsonReader.mapping(answer), name);
        if (name != null && graph.nodes.isEmpty()) {
            return session.miss("Service '" + name + "' not found");
        }
        if (session.json()) {
            session.printJson(graph.document());
        } else if (arguments.has("--dot")) {
            session.out().print(dot(graph));
        } else if (arguments.has("--mermaid")) {
            session.out().print(mermaid(graph));
        } else {
            session.out().print(lines(graph));
        }
        return DONE;
    }

    /** The answer, or what of it concerns one service. */
    private record Graph(List<Mapping> nodes, List<Mapping> edges, List<Mapping> missing, List<String> cycles) {
        static Graph of(Mapping answer, @Nullable String name) {
            List<Mapping> edges = new ArrayList<>(JsonReader.mappings(answer, "edges"));
            List<Mapping> missing = new ArrayList<>(JsonReader.mappings(answer, "missing"));
            List<Mapping> nodes = new ArrayList<>(JsonReader.mappings(answer, "nodes"));
            List<String> cycles = new ArrayList<>();
            answer.list("cycles").forEach(cycle -> cycles.add(String.join(", ",
                    Mapping.builder().put("names", cycle).build().texts("names"))));
            if (name != null) {
                edges.removeIf(edge -> !name.equals(edge.text("from")) && !name.equals(edge.text("to")));
                missing.removeIf(gap -> !name.equals(gap.text("from")));
                cycles.removeIf(cycle -> !List.of(cycle.split(", ", -1)).contains(name));
                Set<String> near = new LinkedHashSet<>(List.of(name));
                edges.forEach(edge -> near.addAll(List.of(text(edge, "from"), text(edge, "to"))));
                nodes.removeIf(node -> !near.contains(text(node, "name")));
            }
            return new Graph(nodes, edges, missing, cycles);
        }

        byte[] document() {
            return Json.write(Mapping.builder()
                    .put("nodes", new Sequence(List.copyOf(nodes)))
                    .put("edges", new Sequence(List.copyOf(edges)))
                    .put("missing", new Sequence(List.copyOf(missing)))
                    .put("cycles", Sequence.ofTexts(cycles)).build());
        }
    }

    private static String lines(Graph graph) {
        StringBuilder lines = new StringBuilder();
        graph.edges.forEach(edge -> lines.append(Terminal.clean(text(edge, "from") + verb(edge) + text(edge, "to")
                + reason(edge))).append('\n'));
        graph.missing.forEach(gap -> lines.append(Terminal.clean(text(gap, "from") + verb(gap) + text(gap, "name")
                + (text(gap, "kind").equals("requires") ? ", which nothing provides" : ", which is not registered")))
                .append('\n'));
        graph.cycles.forEach(cycle -> lines.append(Terminal.clean("in a circle: " + cycle)).append('\n'));
        return lines.isEmpty() ? "no service needs another\n" : lines.toString();
    }

    private static String verb(Mapping edge) {
        return switch (text(edge, "kind")) {
            case "requires" -> edge.get("to") == null ? " requires " : " needs ";
            case "mod" -> " has the mod ";
            default -> " is run after ";
        };
    }

    private static String reason(Mapping edge) {
        String capability = edge.text("capability");
        return capability == null ? "" : " for " + capability;
    }

    private static String dot(Graph graph) {
        StringBuilder out = new StringBuilder("digraph services {\n  rankdir=LR;\n  node [shape=box];\n");
        for (Mapping node : graph.nodes) {
            out.append("  ").append(quoted(text(node, "name")))
                    .append("stale".equals(node.text("status")) ? " [style=dashed]" : "").append(";\n");
        }
        for (Mapping edge : graph.edges) {
            String capability = edge.text("capability");
            out.append("  ").append(quoted(text(edge, "from"))).append(" -> ").append(quoted(text(edge, "to")))
                    .append(capability == null ? " [style=dashed]" : " [label=" + quoted(capability) + "]")
                    .append(";\n");
        }
        for (Mapping gap : graph.missing) {
            String name = quoted(text(gap, "name"));
            out.append("  ").append(name).append(" [color=red, fontcolor=red];\n  ")
                    .append(quoted(text(gap, "from"))).append(" -> ").append(name).append(" [color=red];\n");
        }
        return out.append("}\n").toString();
    }

    private static String quoted(String text) {
        return '"' + Terminal.clean(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String mermaid(Graph graph) {
        StringBuilder out = new StringBuilder("graph LR\n");
        Map<String, String> ids = new HashMap<>();
        graph.nodes
                .forEach(node -> out.append("  ").append(id(text(node, "name"), ids)).append(label(node.text("name")))
                        .append('\n'));
        for (Mapping edge : graph.edges) {
            String capability = edge.text("capability");
            out.append("  ").append(id(text(edge, "from"), ids))
                    .append(capability == null ? " -.-> " : " -->|" + escaped(capability) + "| ")
                    .append(id(text(edge, "to"), ids)).append('\n');
        }
        for (Mapping gap : graph.missing) {
            String missing = id("missing " + text(gap, "name"), ids);
            out.append("  ").append(missing).append(label(gap.text("name"))).append(":::missing\n  ")
                    .append(id(text(gap, "from"), ids)).append(" --> ").append(missing).append('\n');
        }
        return out.append("  classDef missing stroke:#c00,color:#c00\n").toString();
    }

    private static String id(String name, Map<String, String> ids) {
        return ids.computeIfAbsent(name, _ -> "n" + ids.size());
    }

    private static String label(@Nullable String text) {
        return "[\"" + escaped(String.valueOf(text)) + "\"]";
    }

    /** Text between quotes, in which Mermaid knows no backslash. */
    private static String escaped(String text) {
        return Terminal.clean(text).replace("#", "#35;").replace("\"", "#quot;").replace("|", "#124;");
    }

    private static String text(Mapping mapping, String key) {
        return String.valueOf(mapping.text(key));
    }
}
