package dev.asmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.asmp.document.Document;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Imports point down the staircase only: the compiled classes are compared with the table of what may lean on what. */
class ArchitectureTest {
    static final Map<String, Set<String>> ALLOWED = Map.ofEntries(floor("posix"), floor("document"),
            floor("manifest", "document"),
            floor("wire", "document"), floor("client", "wire", "manifest", "document"),
            floor("scan", "manifest", "document", "posix"), floor("store", "document", "posix"),
            floor("events", "document"),
            floor("ranking", "manifest", "document"),
            floor("registry", "ranking", "manifest", "store", "document"), floor("health", "manifest", "document"),
            floor("vm", "manifest", "store", "document"), floor("vers", "manifest", "store", "document"),
            floor("etcd", "vm", "store", "manifest", "document"),
            floor("agent", "document"),
            floor("lieutenant", "agent", "fleet", "vers", "vm", "store", "manifest", "document"),
            floor("fleet", "vers", "vm", "events", "store", "manifest", "document"),
            floor("models", "registry", "health", "manifest", "document"),
            floor("federation", "client", "wire", "ranking", "store", "manifest", "document"),
            floor("http", "lieutenant", "fleet", "vers", "models", "registry", "ranking", "health", "vm", "federation",
                    "events", "wire", "store", "manifest", "document"),
            floor("mcp", "client", "wire", "manifest", "document"),
            floor("daemon", "http", "mcp", "lieutenant", "fleet", "vers", "models", "registry", "health", "vm", "etcd",
                    "federation", "events", "scan", "store", "client", "wire", "manifest", "document", "posix"),
            floor("cli", "daemon", "mcp", "vers", "client", "wire", "registry", "store", "manifest", "document"));
    private static final Map<String, String> LIBRARIES = Map.of("com/fasterxml/", "document", "org/snakeyaml/",
            "document", "io/helidon/", "http", "com/jcraft/", "vers");
    private static final Set<String> CLOCK_HOLDERS = Set.of("daemon", "cli");
    private static final Pattern OURS = Pattern.compile("dev/asmp/([a-z]+)/");
    private static final Pattern CLOCK = Pattern.compile("java/time/(Instant|LocalDate|LocalDateTime|ZonedDateTime"
            + "|OffsetDateTime)\\.now|java/lang/System\\.currentTimeMillis|java/time/Clock\\.(system|tick).*"
            + "|java/time/InstantSource\\.system");

    private static final Map<String, List<ClassModel>> CLASSES = new TreeMap<>();

    private static Map.Entry<String, Set<String>> floor(String name, String... below) {
        return Map.entry(name, Set.of(below));
    }

    @BeforeAll
    static void readTheCompiledClasses() throws IOException, URISyntaxException {
        Path classes = Path.of(Document.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path rooms = classes.resolve("dev/asmp");
        try (Stream<Path> files = Files.walk(rooms)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".class")).toList()) {
                String room = rooms.relativize(file).getName(0).toString();
                CLASSES.computeIfAbsent(room, _ -> new ArrayList<>()).add(ClassFile.of().parse(file));
            }
        }
    }

    @Test
    void everyPackageIsInTheTable() {
        assertEquals(new TreeSet<>(ALLOWED.keySet()), CLASSES.keySet());
    }

    @Test
    void aPackageLeansOnNothingButWhatTheTableAllows() {
        Set<String> forbidden = new TreeSet<>();
        CLASSES.forEach((room, classes) -> classes.forEach(model -> leansOn(model).stream()
                .filter(other -> !other.equals(room) && !ALLOWED.getOrDefault(room, Set.of()).contains(other))
                .forEach(other -> forbidden.add(model.thisClass().asInternalName() + " leans on " + other))));
        assertEquals(Set.of(), forbidden);
    }

    @Test
    void aNameMeansOneThing() {
        Map<String, Set<String>> packages = new TreeMap<>();
        CLASSES.forEach((room, classes) -> classes.forEach(model -> {
            String name = model.thisClass().asInternalName();
            String simple = name.substring(name.lastIndexOf('/') + 1);
            if (!simple.contains("$") && !simple.equals("package-info")) {
                packages.computeIfAbsent(simple, _ -> new TreeSet<>()).add(room);
            }
        }));
        packages.values().removeIf(rooms -> rooms.size() == 1);
        assertEquals(Map.of(), packages);
    }

    @Test
    void theTableItselfHasNoCircle() {
        ALLOWED.keySet().forEach(room -> assertFalse(below(room).contains(room), room + " leans on itself"));
    }

    @Test
    void aLibraryIsCalledFromItsOwnRoomOnly() {
        Set<String> forbidden = new TreeSet<>();
        CLASSES.forEach((room, classes) -> classes.forEach(model -> LIBRARIES.forEach((library, home) -> {
            if (!room.equals(home) && texts(model).anyMatch(text -> text.contains(library))) {
                forbidden.add(model.thisClass().asInternalName() + " calls " + library);
            }
        })));
        assertEquals(Set.of(), forbidden);
    }

    @Test
    void onlyOneClassLoadsTheEngineOfEtcd() {
        Set<String> users = new TreeSet<>();
        CLASSES.forEach((room, classes) -> classes.stream()
                .filter(model -> !room.equals("etcd") && texts(model).anyMatch(text -> text.contains("dev/asmp/etcd/")))
                .forEach(model -> users.add(model.thisClass().asInternalName())));
        assertEquals(Set.of("dev/asmp/daemon/FleetStore$Shared"), users);
    }

    @Test
    void onlyTheOutermostRoomsHoldTheClock() {
        Set<String> forbidden = new TreeSet<>();
        CLASSES.forEach((room, classes) -> classes.forEach(model -> calls(model)
                .filter(call -> CLOCK.matcher(call).matches() && !CLOCK_HOLDERS.contains(room))
                .forEach(call -> forbidden.add(model.thisClass().asInternalName() + " calls " + call))));
        assertEquals(Set.of(), forbidden);
    }

    @Test
    void theTestSeesWhatItLooksFor() {
        assertFalse(CLASSES.getOrDefault("daemon", List.of()).stream().flatMap(ArchitectureTest::calls)
                .noneMatch(call -> CLOCK.matcher(call).matches()), "the daemon reads the clock");
        assertFalse(CLASSES.getOrDefault("http", List.of()).stream().flatMap(ArchitectureTest::texts)
                .noneMatch(text -> text.contains("io/helidon/")), "http calls Helidon");
        assertFalse(CLASSES.getOrDefault("document", List.of()).stream().flatMap(ArchitectureTest::texts)
                .noneMatch(text -> text.contains("org/snakeyaml/")), "document calls SnakeYAML");
    }

    private static Set<String> below(String room) {
        Set<String> below = new TreeSet<>(ALLOWED.getOrDefault(room, Set.of()));
        ALLOWED.getOrDefault(room, Set.of()).forEach(other -> below.addAll(below(other)));
        return below;
    }

    /** Names, descriptors, signatures and annotations all end up as text in the constant pool. */
    private static Stream<String> texts(ClassModel model) {
        return StreamSupport.stream(model.constantPool().spliterator(), false)
                .filter(entry -> entry instanceof Utf8Entry).map(entry -> ((Utf8Entry) entry).stringValue());
    }

    private static Set<String> leansOn(ClassModel model) {
        Set<String> rooms = new TreeSet<>();
        texts(model).forEach(text -> {
            Matcher matcher = OURS.matcher(text);
            while (matcher.find()) {
                rooms.add(matcher.group(1));
            }
        });
        return rooms;
    }

    private static Stream<String> calls(ClassModel model) {
        return StreamSupport.stream(model.constantPool().spliterator(), false)
                .filter(entry -> entry instanceof MemberRefEntry).map(entry -> (MemberRefEntry) entry)
                .map(call -> call.owner().asInternalName() + "." + call.name().stringValue());
    }
}
