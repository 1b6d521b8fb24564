package dev.asmp.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Consumer;

/**
 * Signals of the operating system, as far as a Java program may have them. The class behind this is supported (module
 * {@code jdk.unsupported}) but the compiler warns of every mention of it, so it is reached by name.
 */
final class Signals {
    private static final List<String> STOP = List.of("TERM", "INT", "HUP");
    private static final List<String> ALL = List.of("TERM", "INT", "HUP", "USR1", "USR2", "ALRM", "CONT", "WINCH");

    private Signals() {}

    /** Has this called for each signal that asks the process to stop, in place of stopping it. */
    static void onStop(Consumer<String> handler) {
        STOP.forEach(signal -> handle(signal, handler));
    }

    /** Has this called for each signal that can be passed on. */
    static void onAny(Consumer<String> handler) {
        ALL.forEach(signal -> handle(signal, handler));
    }

    private static void handle(String name, Consumer<String> handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type},
                    (self, method, arguments) -> called(self, method, arguments, name, handler));
            signal.getMethod("handle", signal, type).invoke(null, signal.getConstructor(String.class).newInstance(name),
                    proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException _) {
            // A JVM or a platform without this signal: then it does what it does by default.
        }
    }

    private static Object called(Object self, Method method, Object[] arguments, String name,
            Consumer<String> handler) {
        return switch (method.getName()) {
            case "handle" -> {
                handler.accept(name);
                yield 0;
            }
            case "equals" -> System.identityHashCode(self) == System.identityHashCode(arguments[0]);
            case "hashCode" -> System.identityHashCode(self);
            default -> name;
        };
    }
}
