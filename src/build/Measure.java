import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Measures the sources: lines, files, how long files and methods are, how many types are nested in others, and which simple
 * names stand for more than one top-level type. Run as {@code java src/build/Measure.java [folder]}.
 */
final class Measure {
    private final List<Integer> files = new ArrayList<>();
    private final List<Integer> methods = new ArrayList<>();
    private final List<String> longFiles = new ArrayList<>();
    private final Map<String, Set<String>> packagesByName = new TreeMap<>();
    private int statements;
    private int nested;

    public static void main(String[] args) throws IOException {
        Measure measure = new Measure();
        measure.read(Path.of(args.length == 0 ? "src/main/java" : args[0]));
        measure.print();
    }

    private void read(Path folder) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Path> sources;
        try (Stream<Path> all = Files.walk(folder)) {
            sources = all.filter(file -> file.toString().endsWith(".java")).toList();
        }
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(null, manager, null, List.of(), null,
                    manager.getJavaFileObjectsFromPaths(sources));
            for (CompilationUnitTree unit : task.parse()) {
                measure(unit, Trees.instance(task).getSourcePositions());
            }
        }
    }

    private void measure(CompilationUnitTree unit, SourcePositions positions) throws IOException {
        int lines = (int) unit.getSourceFile().getCharContent(true).toString().lines().count();
        files.add(lines);
        if (lines > 300) {
            longFiles.add(unit.getSourceFile().getName() + " " + lines);
        }
        LineMap map = unit.getLineMap();
        new TreePathScanner<Void, Void>() {
            @Override
            public Void visitClass(ClassTree type, Void unused) {
                TreePath parent = getCurrentPath().getParentPath();
                if (parent.getLeaf() instanceof CompilationUnitTree) {
                    packagesByName.computeIfAbsent(type.getSimpleName().toString(), _ -> new TreeSet<>())
                            .add(String.valueOf(unit.getPackageName()));
                } else if (!type.getSimpleName().isEmpty()) {
                    nested++;
                }
                return super.visitClass(type, unused);
            }

            @Override
            public Void visitMethod(MethodTree method, Void unused) {
                long start = positions.getStartPosition(unit, method);
                long end = positions.getEndPosition(unit, method);
                if (method.getBody() != null && end > start) { // else the compiler made it
                    methods.add((int) (map.getLineNumber(end) - map.getLineNumber(start) + 1));
                    statements += method.getBody().getStatements().size();
                }
                return super.visitMethod(method, unused);
            }
        }.scan(unit, null);
    }

    private void print() {
        packagesByName.values().removeIf(packages -> packages.size() == 1);
        System.out.println("files             " + files.size());
        System.out.println("lines             " + files.stream().mapToInt(Integer::intValue).sum());
        System.out.println("lines of a file   median " + percentile(files, 50) + ", p90 " + percentile(files, 90)
                + ", most " + percentile(files, 100));
        System.out.println("methods           " + methods.size() + " with " + statements + " statements of their own");
        System.out.println("lines of a method median " + percentile(methods, 50) + ", p90 " + percentile(methods, 90)
                + ", most " + percentile(methods, 100));
        System.out.println("nested types      " + nested);
        System.out.println("files over 300    " + longFiles.size());
        longFiles.forEach(file -> System.out.println("  " + file));
        System.out.println("names used twice  " + packagesByName.size());
        packagesByName.forEach((name, packages) -> System.out.println("  " + name + " in " + packages));
    }

    private static int percentile(List<Integer> values, int percent) {
        List<Integer> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) * percent / 100);
    }
}
