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
    "$1" list -1 ${2:+--status "$2"} 2> /dev/null < /dev/null
}

_asmp_vms() {
    local id _
    "$1" vm list 2> /dev/null < /dev/null | while read -r id _; do
        [[ $id == ID || $id == no ]] || printf '%s\n' "$id"
    done
}

_asmp() {
    local asmp=${1/#\~\//$HOME/} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    local verb="" options="" values="" operands=0 i
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
                    @group@) verb+=" ${COMP_WORDS[i]}" ;;
                    *) operands=$((operands + 1)) ;;
                esac ;;
        esac
    done
    if [[ $word == = ]]; then
        word=""
    elif [[ $before == = ]]; then
        before=${COMP_WORDS[COMP_CWORD-2]}
    fi
    case $verb in
        '@command@') options='@options@' values='@values@' ;;
    esac
    case " $values " in *" $before "*)
        case $before in
            --capability | -c | --provides | --task)
                _asmp_offer "$word" < <("$asmp" caps 2> /dev/null < /dev/null) ;;
            --role) [[ $verb == lt* || $verb == swarm* ]] || _asmp_offer "$word" < <(printf '%s\n' @roles@) ;;
            --status)
                if [[ $verb == list ]]; then
                    _asmp_offer "$word" < <(printf '%s\n' @service-statuses@)
                else
                    _asmp_offer "$word" < <(printf '%s\n' @statuses@)
                fi ;;
            --repo | --env-file) compopt -o default 2> /dev/null ;;
        esac
        return ;;
    esac
    if [[ $word == -* ]]; then
        _asmp_offer "$word" < <(printf '%s\n' $options --json --help)
        return
    fi
    case $verb in
        "" | help) _asmp_offer "$word" < <(printf '%s\n' @commands@ help) ;;
        get | rm | mods | undo | unit) _asmp_offer "$word" < <(_asmp_services "$asmp") ;;
        approve | reject) _asmp_offer "$word" < <(_asmp_services "$asmp" pending) ;;
        find) _asmp_offer "$word" < <("$asmp" caps 2> /dev/null < /dev/null) ;;
        mod)
            case $operands in
                0) _asmp_offer "$word" < <(printf '%s\n' attach detach) ;;
                1) _asmp_offer "$word" < <(_asmp_services "$asmp") ;;
                *) compopt -o default 2> /dev/null ;;
            esac ;;
        "vm get" | "vm rm" | "vm heartbeat" | "vm update") _asmp_offer "$word" < <(_asmp_vms "$asmp") ;;
        @group@) _asmp_offer "$word" < <(printf '%s\n' @members@) ;;
        "vm discover") _asmp_offer "$word" < <(printf '%s\n' @roles@) ;;
        announce | register | validate | "models register") compopt -o default 2> /dev/null ;;
        init) compopt -o dirnames 2> /dev/null ;;
        completion) _asmp_offer "$word" < <(printf '%s\n' @shells@) ;;
        mcp) _asmp_offer "$word" < <(printf '%s\n' install claude cursor codex vscode windsurf project) ;;
    esac
}
complete -F _asmp asmp
