package dev.asmp.cli;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the completion of the shells from what the commands say of themselves. Names and capabilities come from manifests,
 * which anybody may have written: the scripts never let a shell expand them ({@code compgen -W} would).
 */
final class CompletionCommand implements Command {
    private static final String BASH = """
            # bash completion for asmp

            # Offers those of the lines on standard input that begin with $1 and are plain words.
            _asmp_offer() {
                local line
                while IFS= read -r line; do
                    if [[ $line == "$1"* && $line != *[!A-Za-z0-9._-]* ]]; then
                        COMPREPLY+=("$line")
                    fi
                done
            }

            _asmp_services() {
                local name _
                "$1" list 2> /dev/null < /dev/null | while read -r name _; do
                    [[ $name == NAME ]] || printf '%s\\n' "$name"
                done
            }

            _asmp() {
                local asmp=${1/#\\~\\//$HOME/} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
                local verb="" options="" values="" i
                COMPREPLY=()
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case ${COMP_WORDS[i]} in
                        --)
                            if declare -F _command_offset > /dev/null; then
                                _command_offset $((i + 1))
                            elif ((i + 1 == COMP_CWORD)); then
                                _asmp_offer "$word" < <(compgen -c -- "$word")
                            else
                                compopt -o default 2> /dev/null
                            fi
                            return ;;
                        -*) ;;
                        *)
                            case $verb in
                                "") verb=${COMP_WORDS[i]} ;;
                                vm) verb="vm ${COMP_WORDS[i]}" ;;
                            esac ;;
                    esac
                done
                if [[ $word == = ]]; then
                    word=""
                elif [[ $before == = ]]; then
                    before=${COMP_WORDS[COMP_CWORD-2]}
                fi
                case $verb in
            @CASES@    esac
                case " $values " in *" $before "*)
                    case $before in
                        --capability | -c | --provides)
                            _asmp_offer "$word" < <("$asmp" caps 2> /dev/null < /dev/null) ;;
                        --role) _asmp_offer "$word" < <(printf '%s\\n' @ROLES@) ;;
                        --status) _asmp_offer "$word" < <(printf '%s\\n' @STATUSES@) ;;
                        --repo | --env-file) compopt -o default 2> /dev/null ;;
                    esac
                    return ;;
                esac
                if [[ $word == -* ]]; then
                    _asmp_offer "$word" < <(printf '%s\\n' $options --json --help)
                    return
                fi
                case $verb in
                    "" | help) _asmp_offer "$word" < <(printf '%s\\n' @NAMES@ help) ;;
                    get) _asmp_offer "$word" < <(_asmp_services "$asmp") ;;
                    vm) _asmp_offer "$word" < <(printf '%s\\n' @VERBS@) ;;
                    "vm discover") _asmp_offer "$word" < <(printf '%s\\n' @ROLES@) ;;
                    announce | validate) compopt -o default 2> /dev/null ;;
                    init) compopt -o dirnames 2> /dev/null ;;
                    completion) _asmp_offer "$word" < <(printf '%s\\n' bash zsh) ;;
                    mcp) _asmp_offer "$word" < <(printf '%s\\n' install claude cursor codex vscode) ;;
                esac
            }
            complete -F _asmp asmp
            """;

    private static final String ZSH = """
            #compdef asmp
            # zsh completion for asmp

            _asmp_commands() {
                local -a commands=(
            @NAMES@    )
                _describe -t commands command commands
            }

            _asmp_services() {
                local -a lines=(${(f)"$("$asmp" list 2> /dev/null < /dev/null)"})
                compadd -- ${${lines[2,-1]}%% *}
            }

            _asmp_capabilities() {
                local -a lines=(${(f)"$("$asmp" caps 2> /dev/null < /dev/null)"})
                compadd -- ${lines:#* *}
            }

            _asmp_vm() {
                local -a verbs=(
            @VERBS@    )
                _arguments -C $common '1: :->verb' '*:: :->operands' && return
                case $state in
                    verb) _describe -t commands verb verbs ;;
                    operands)
                        case $words[1] in
            @VERBCASES@            esac ;;
                esac
            }

            _asmp() {
                local asmp=${${(Q)words[1]}/#\\~\\//$HOME/} curcontext=$curcontext state line
                local -A opt_args
                local -a common=('--json[answer as JSON]' '(-h --help)'{-h,--help}'[show help]')
                _arguments -C $common '1: :_asmp_commands' '*:: :->operands' && return
                [[ $state == operands ]] || return
                local -i dashes=${words[(i)--]}
                if (( dashes < CURRENT )); then
                    shift dashes words
                    (( CURRENT -= dashes ))
                    _normal
                    return
                fi
                case $words[1] in
                    help) _arguments '1: :_asmp_commands' ;;
            @CASES@    esac
            }

            if [[ ${funcstack[1]} == _asmp ]]; then
                _asmp "$@"
            elif (( $+functions[compdef] )); then
                compdef _asmp asmp
            fi
            """;

    @Override
    public CommandSpec spec() {
        return new CommandSpec("completion", "bash|zsh",
                "print a script that completes commands and options in your shell",
                List.of(),
                List.of("asmp completion bash > ~/.local/share/bash-completion/completions/asmp",
                        "asmp completion zsh > ~/.zsh/completions/_asmp   # a folder in $fpath",
                        "source <(asmp completion bash)                   # for this shell only; or zsh"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String shell = arguments.operand("the shell, bash or zsh,");
        session.out().print(switch (shell) {
            case "bash" -> bash();
            case "zsh" -> zsh();
            default -> throw new UsageError("'" + shell + "' is not bash or zsh");
        });
        return DONE;
    }

    private static String bash() {
        Function<CommandSpec, String> cases = spec -> spec.options().isEmpty() ? "" : bashCase(spec);
        return BASH.replace("@NAMES@", String.join(" ", Commands.NAMES))
                .replace("@VERBS@", String.join(" ", new VmCommand().verbs()))
                .replace("@ROLES@", String.join(" ", VmOptions.ROLES))
                .replace("@STATUSES@", String.join(" ", VmOptions.STATUSES))
                .replace("@CASES@", lines(cases) + verbLines(cases));
    }

    private static String bashCase(CommandSpec spec) {
        String options = spec.options().stream().map(OptionSpec::name).collect(Collectors.joining(" "));
        String values = spec.options().stream().filter(option -> !option.isFlag())
                .flatMap(option -> Stream.of(option.name(), option.shortName())).filter(Objects::nonNull)
                .collect(Collectors.joining(" "));
        return "        " + quoted(spec.name()) + ") options='" + options + "' values='" + values + "' ;;\n";
    }

    private static String zsh() {
        return ZSH
                .replace("@NAMES@",
                        lines(spec -> "        " + quoted(spec.name() + ":" + spec.summary()) + "\n"))
                .replace("@CASES@", lines(CompletionCommand::zshCase))
                .replace("@VERBS@",
                        verbLines(spec -> "        " + quoted(verb(spec) + ":" + spec.summary()) + "\n"))
                .replace("@VERBCASES@", verbLines(spec -> "        " + zshCase(spec)));
    }

    private static String zshCase(CommandSpec spec) {
        String options = spec.options().stream().map(option -> " " + zshOption(option)).collect(Collectors.joining());
        if (spec.name().equals("vm")) {
            return "        vm) _asmp_vm ;;\n";
        }
        String operands = switch (spec.name()) {
            case "get" -> " '1: :_asmp_services'";
            case "announce" -> " '1: :_files'";
            case "validate" -> " '*: :_files'";
            case "init" -> " '1: :_files -/'";
            case "completion" -> " '1: :(bash zsh)'";
            case "mcp" -> " '1: :(install)' '2: :(claude cursor codex vscode)'";
            case "vm discover" -> " '1: :(" + String.join(" ", VmOptions.ROLES) + ")'";
            case "todo" -> " '1:name: '";
            default -> "";
        };
        return "        " + verb(spec) + ") _arguments $common" + options + operands + " ;;\n";
    }

    private static String zshOption(OptionSpec option) {
        String help = "[" + option.help().replace("[", "\\[").replace("]", "\\]") + "]";
        String value = switch (option.name()) {
            case "--capability", "--provides" -> ": :_asmp_capabilities";
            case "--role" -> ":ROLE:(" + String.join(" ", VmOptions.ROLES) + ")";
            case "--status" -> ":STATUS:(" + String.join(" ", VmOptions.STATUSES) + ")";
            case "--repo", "--env-file" -> ":" + option.placeholder() + ":_files";
            default -> option.isFlag() ? "" : ":" + option.placeholder() + ": ";
        };
        String equals = option.isFlag() ? "" : "=";
        return option.shortName() == null
                ? quoted((option.repeats() ? "*" : "") + option.name() + equals + help + value)
                : "'(" + option.shortName() + " " + option.name() + ")'{" + option.shortName() + "," + option.name()
                        + equals + "}" + quoted(help + value);
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** The last word of a command's name. */
    private static String verb(CommandSpec spec) {
        return spec.name().substring(spec.name().indexOf(' ') + 1);
    }

    /** What a writer makes of each verb behind {@code vm}, one after the other. */
    private static String verbLines(Function<CommandSpec, String> writer) {
        VmCommand vm = new VmCommand();
        return vm.verbs().stream().map(vm::verb).filter(Objects::nonNull).map(Command::spec).map(writer)
                .collect(Collectors.joining());
    }

    /** What a writer makes of each command, one after the other. */
    private static String lines(Function<CommandSpec, String> writer) {
        return Commands.NAMES.stream().map(Commands::of).filter(Objects::nonNull).map(Command::spec).map(writer)
                .collect(Collectors.joining());
    }
}
