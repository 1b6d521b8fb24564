package dev.asmp.cli;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

final class CompletionCommand implements Command {
    @Override
    public Spec spec() {
        return new Spec("completion", "bash|zsh", "print a script that completes commands and options in your shell",
                List.of(),
                List.of("asmp completion bash > ~/.local/share/bash-completion/completions/asmp",
                        "asmp completion zsh > ~/.zsh/completions/_asmp   # a folder in $fpath"));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        String shell = arguments.operand("the shell, bash or zsh,");
        session.out().print(switch (shell) {
            case "bash" -> bash();
            case "zsh" -> zsh();
            default -> throw new UsageError("'" + shell + "' is not bash or zsh");
        });
        return DONE;
    }

    private static String bash() {
        return """
                # bash completion for asmp
                _asmp() {
                    local word="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" words=""
                    if [ "$COMP_CWORD" -eq 1 ]; then
                        words="%s help --help"
                    else
                        case "$previous" in
                            --capability|-c|--provides) words="$(asmp caps 2>/dev/null)" ;;
                            *) case "${COMP_WORDS[1]}" in
                %s            esac ;;
                        esac
                    fi
                    COMPREPLY=($(compgen -W "$words" -- "$word"))
                    if [ "${COMP_WORDS[1]}" = announce ] && [ "${word#-}" = "$word" ]; then
                        COMPREPLY+=($(compgen -f -- "$word"))
                    fi
                }
                complete -F _asmp asmp
                """.formatted(String.join(" ", Commands.NAMES), cases("                "));
    }

    private static String zsh() {
        return """
                #compdef asmp
                # zsh completion for asmp
                _asmp() {
                    local -a words_
                    if (( CURRENT == 2 )); then
                        words_=(%s help --help)
                    else
                        case "${words[CURRENT-1]}" in
                            --capability|-c|--provides) words_=(${(f)"$(asmp caps 2>/dev/null)"}) ;;
                            *) local words=${words[2]}
                               local COMPLETE_WORDS=""
                               case "$words" in
                %s               esac
                               words_=(${=COMPLETE_WORDS}) ;;
                        esac
                    fi
                    compadd -- $words_
                    [[ "${words[2]}" == announce ]] && _files
                }
                if [ "$funcstack[1]" = "_asmp" ]; then _asmp "$@"; else compdef _asmp asmp; fi
                """.formatted(String.join(" ", Commands.NAMES),
                cases("                   ").replace("words=", "COMPLETE_WORDS="));
    }

    /** One line for each command: the words that may follow it. */
    private static String cases(String indent) {
        return Commands.NAMES.stream().map(Commands::of).filter(command -> command != null).map(Command::spec)
                .map(spec -> indent + spec.name() + ") words=\"" + words(spec) + "\" ;;\n")
                .collect(Collectors.joining());
    }

    private static String words(Spec spec) {
        String operands = switch (spec.name()) {
            case "get" -> "$(asmp list 2>/dev/null | cut -d' ' -f1 | tail -n +2) ";
            case "completion" -> "bash zsh ";
            default -> "";
        };
        return operands + Stream.concat(spec.options().stream().map(Option::name), Stream.of("--json", "--help"))
                .collect(Collectors.joining(" "));
    }
}
