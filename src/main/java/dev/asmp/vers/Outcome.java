package dev.asmp.vers;

import dev.asmp.document.Mapping;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a command in a VM ended. An exit code is the command's own, never that of what carried it. */
public sealed interface Outcome {
    /** The command ended with this exit code. */
    record Exited(int code) implements Outcome {}

    /** A signal ended the command: {@code KILL}, {@code TERM} and so on. */
    record Signalled(String signal) implements Outcome {}

    /** The limit was over; the command's processes were ended. */
    record TimedOut(Duration limit) implements Outcome {}

    /** The way to the VM broke: whether the command ended, or even began, is not known. */
    record TransportFailed(String reason) implements Outcome {}

    /** The caller gave up; the command's processes were ended. */
    record Aborted() implements Outcome {}

    default boolean isSuccess() {
        return this instanceof Exited(int code) && code == 0;
    }

    /** The outcome in words. */
    default String shown() {
        return switch (this) {
            case Exited(int code) -> "exit code " + code;
            case Signalled(String signal) -> "ended by signal " + signal;
            case TimedOut(Duration limit) -> "not done after " + limit.toMillis() / 1000.0 + " s, and ended";
            case TransportFailed(String reason) -> "the way to the VM broke: " + reason;
            case Aborted() -> "aborted";
        };
    }

    /** The outcome as JSON: {@code outcome}, and what belongs to it. */
    default Mapping document() {
        Mapping.Builder said = Mapping.builder();
        return switch (this) {
            case Exited(int code) -> said.put("outcome", "exited").put("code", code).build();
            case Signalled(String signal) -> said.put("outcome", "signalled").put("signal", signal).build();
            case TimedOut(Duration limit) -> said.put("outcome", "timed_out").put("limit_ms", limit.toMillis()).build();
            case TransportFailed(String reason) ->
                said.put("outcome", "transport_failed").put("reason", reason).build();
            case Aborted() -> said.put("outcome", "aborted").build();
        };
    }

    /** Reads what {@link #document} wrote; null for anything else. */
    static @Nullable Outcome of(Mapping said) {
        String outcome = said.text("outcome");
        return switch (outcome == null ? "" : outcome) {
            case "exited" -> new Exited(Integer.parseInt(String.valueOf(said.text("code"))));
            case "signalled" -> new Signalled(String.valueOf(said.text("signal")));
            case "timed_out" ->
                new TimedOut(Duration.ofMillis(Long.parseLong(String.valueOf(said.text("limit_ms")))));
            case "transport_failed" -> new TransportFailed(String.valueOf(said.text("reason")));
            case "aborted" -> new Aborted();
            default -> null;
        };
    }
}
