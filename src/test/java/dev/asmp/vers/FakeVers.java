package dev.asmp.vers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;

/**
 * The fake API and the front before it as a program, for commands by hand and for benchmarks. It prints the variables that
 * lead to it, then answers lines on standard input: {@code count}, {@code live}, {@code arm CALL KIND STATUS}, {@code add},
 * {@code commit},
 * {@code noexec}, {@code drop}, {@code fail STEP}, {@code names} (of hosts that are no VM's). Its words are a folder and, where VMs are to have one, an agent.
 */
@NullUnmarked
public final class FakeVers {
    private FakeVers() {}

    public static void main(String[] words) throws Exception {
        Path folder = Path.of(words[0]);
        try (FakeVersApi api = new FakeVersApi(folder.resolve("vers"));
                TlsFront front = new TlsFront(folder.resolve("front"), api)) {
            if (words.length > 1) {
                api.installAgent(Path.of(words[1]));
            }
            Map<String, String> variables = Map.of("VERS_BASE_URL", api.url(), "VERS_API_KEY", FakeVersApi.KEY,
                    "ASMP_VERS_VM_DOMAIN", front.domain(), "VERS_CA_FILE", front.authority().toString(),
                    "ASMP_VERS_SSH_USER", System.getProperty("user.name"));
            variables.forEach((name, value) -> System.out.println(name + "=" + value));
            System.out.println("ready");
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(answer(line.split(" ", 4), api, front));
                System.out.flush();
            }
        }
    }

    private static String answer(String[] words, FakeVersApi api, TlsFront front) throws IOException {
        return switch (words[0]) {
            case "count" -> "created=" + api.created() + " deleted=" + api.deleted() + " live=" + api.live().size();
            case "live" -> String.join(" ", api.live());
            case "add" -> api.add("another-owner", Map.of());
            case "commit" -> api.addCommit(null);
            case "noexec" -> {
                api.exec().isMissing();
                yield "ok";
            }
            case "drop" -> {
                front.dropAll();
                yield "ok";
            }
            case "fail" -> {
                api.failNext(words[1]);
                yield "ok";
            }
            case "names" -> front.connections() + " " + String.join(" ", front.wrongNames());
            case "disarm" -> {
                api.disarm();
                yield "ok";
            }
            case "arm" -> {
                api.arm(words[1].replaceFirst("_", " "), new FakeVersApi.Fault(FakeVersApi.Fault.Kind.valueOf(words[2]),
                        words.length > 3 ? Integer.parseInt(words[3]) : 500, "armed"));
                yield "ok";
            }
            default -> "unknown";
        };
    }
}
