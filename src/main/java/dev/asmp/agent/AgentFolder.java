package dev.asmp.agent;

import dev.asmp.agent.AgentHost.Ran;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The folder of one agent on its machine, and the scripts of the POSIX shell that work in it.
 *
 * <pre>
 *   launch   starts the agent        in    a FIFO that is its standard input
 *   env      its variables, 0600     out   its standard output, which only grows
 *   pid      number and start time   err   its standard error
 *   exit     its exit code
 * </pre>
 *
 * The agent holds its own FIFO open for writing, so it never sees the end of its input, and opening it never blocks. Values
 * arrive on standard input or in files: no argument and no list of processes shows them.
 */
public final class AgentFolder {
    private static final Duration QUICK = Duration.ofSeconds(20);

    /** A process that has ended and is not reaped, as in a container without an init, has no start: it is not alive. */
    private static final String ALIVE = """
            started() {
              if read -r stat < "/proc/$1/stat"; then
                set -- ${stat##*) }
                [ "$1" = Z ] || echo "${20}"
              else
                ps -o lstart= -p "$1" | tr -d ' '
              fi
            } 2>/dev/null
            alive() {
              read -r pid since < pid || return 1
              kill -0 "$pid" 2>/dev/null && [ "$(started "$pid")" = "$since" ]
            } 2>/dev/null
            """;
    private static final String PUT = """
            umask 077
            mkdir -p "$1" && cat > "$1/.$2.tmp" && mv -f "$1/.$2.tmp" "$1/$2"
            """;
    private static final String START = ALIVE + """
            cd "$1" || exit 66
            alive && exit 0
            umask 077
            rm -f pid exit in
            mkfifo in && : >> out && : > err || exit 67
            session=nohup
            command -v setsid >/dev/null 2>&1 && session=setsid
            $session sh ./launch </dev/null >/dev/null 2>>err &
            n=0
            while [ ! -s pid ] && [ "$n" -lt 100 ]; do
              sleep 0.05
              n=$((n + 1))
            done
            alive || [ -s exit ]
            """;
    private static final String LAUNCH = ALIVE + """
            cd "$(dirname "$0")" || exit 66
            umask 077
            here=$(pwd)
            echo "$$ $(started $$)" > .pid && mv -f .pid pid
            . ./env
            """;
    /** Passes the input on to the agent, and the agent's output from an offset on, after one line that says from where. */
    private static final String ATTACH = ALIVE + """
            cd "$1" || exit 66
            inode=$(ls -i out | awk '{print $1}')
            size=$(($(wc -c < out)))
            from=$2
            [ "$3" = "$inode" ] && [ "$from" -le "$size" ] || from=0
            echo "relay $inode $from"
            alive || exec tail -c "+$((from + 1))" out
            until_dead=
            tail --pid=$$ -c 0 /dev/null 2>/dev/null && until_dead=--pid=$pid
            exec 4<&0 </dev/null
            me=$$
            { cat <&4 1<>in; kill "$me"; } >/dev/null 2>&1 &
            exec 4<&-
            exec tail $until_dead -c "+$((from + 1))" -f out 2>/dev/null
            """;
    private static final String STATUS = ALIVE + """
            cd "$1" || { echo gone; exit 0; }
            if alive; then echo alive; else echo "dead $(cat exit 2>/dev/null)"; fi
            tail -c 1000 err 2>/dev/null
            """;
    private static final String KILL = ALIVE + """
            cd "$1" || exit 0
            alive || exit 0
            kill -TERM "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null
            n=0
            while alive && [ "$n" -lt 30 ]; do
              sleep 0.1
              n=$((n + 1))
            done
            kill -KILL "-$pid" 2>/dev/null
            exit 0
            """;
    /** Empties the output if all of it was read; the agent appends, so it goes on at the start. */
    private static final String ROTATE = """
            cd "$1" || exit 66
            [ $(($(wc -c < out))) -eq "$2" ] && : > out
            """;

    private final AgentHost host;
    private final String path;

    /** The state of the agent's process, with the end of what it wrote to standard error. */
    public record State(boolean alive, String why) {}

    public AgentFolder(AgentHost host, String path) {
        this.host = host;
        this.path = path;
    }

    public String path() {
        return path;
    }

    private Ran run(String script, byte[] input, Duration limit, String... arguments) throws IOException {
        List<String> argv = new ArrayList<>(List.of("sh", "-c", script, "sh", path));
        argv.addAll(List.of(arguments));
        return host.run(argv, input, limit);
    }

    /** Writes a file of mode 0600 whole. */
    public void put(String name, byte[] content) throws IOException {
        Ran ran = run(PUT, content, QUICK, name);
        if (!ran.isDone()) {
            throw new IOException(name + " could not be written to " + path + ": " + ran.err().strip());
        }
    }

    /** Writes what the agent is started with. */
    public void prepare(List<String> command, String workspace, Map<String, String> variables) throws IOException {
        put("env", variables.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(entry -> "export " + entry.getKey() + "=" + quoted(entry.getValue()) + "\n")
                .collect(Collectors.joining()).getBytes(StandardCharsets.UTF_8));
        String line = command.stream().map(AgentFolder::quoted).collect(Collectors.joining(" "));
        put("launch", (LAUNCH + "mkdir -p " + quoted(workspace) + " && cd " + quoted(workspace) + " || exit 66\n" + line
                + " 0<>\"$here/in\" >> \"$here/out\" 2>> \"$here/err\"\necho $? > \"$here/exit\"\n")
                .getBytes(StandardCharsets.UTF_8));
    }

    /** A word for the shell that is nothing but its characters. */
    public static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** Starts the agent in a session of its own, unless it runs. */
    public void start() throws IOException {
        Ran ran = run(START, new byte[0], QUICK);
        if (!ran.isDone()) {
            throw new IOException(
                    "the agent did not start: " + (ran.err().isBlank() ? state().why() : ran.err().strip()));
        }
    }

    AgentHost.Link attach(ReadPosition from) throws IOException {
        return host.open(List.of("sh", "-c", ATTACH, "sh", path, Long.toString(from.offset()), from.inode()));
    }

    public State state() throws IOException {
        String[] lines = run(STATUS, new byte[0], QUICK).out().split("\n", 2);
        String err = lines.length < 2 ? "" : lines[1].strip();
        String last = err.substring(err.lastIndexOf('\n') + 1);
        String why = switch (lines[0].strip()) {
            case "alive" -> "it runs";
            case "gone" -> "its folder " + path + " is gone";
            case "dead" -> "its process is gone";
            default -> "it exited with code " + lines[0].strip().replaceFirst("^dead ", "");
        };
        return new State(lines[0].strip().equals("alive"), last.isEmpty() ? why : why + ": " + last);
    }

    /** Ends the agent and what it started: the signal to stop, then the one that cannot be refused. */
    public void kill() throws IOException {
        run(KILL, new byte[0], QUICK);
    }

    /** Deletes the folder. */
    public void delete() throws IOException {
        host.run(List.of("rm", "-rf", "--", path), new byte[0], QUICK);
    }

    /** Empties the output when all of it, up to this offset, was read; tells whether it did. */
    boolean rotate(long offset) throws IOException {
        return run(ROTATE, new byte[0], QUICK, Long.toString(offset)).isDone();
    }
}
