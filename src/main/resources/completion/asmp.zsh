#compdef asmp
# zsh completion for asmp

_asmp_commands() {
    local -a commands=(
        '@verb@:@summary@'
    )
    _describe -t commands command commands
}

_asmp_services() {
    compadd -- ${(f)"$("$asmp" list -1 2> /dev/null < /dev/null)"}
}

_asmp_pending() {
    compadd -- ${(f)"$("$asmp" list -1 --status pending 2> /dev/null < /dev/null)"}
}

_asmp_vms() {
    local -a lines=(${(f)"$("$asmp" vm list 2> /dev/null < /dev/null)"})
    compadd -- ${${lines[2,-1]}%% *}
}

_asmp_capabilities() {
    local -a lines=(${(f)"$("$asmp" caps 2> /dev/null < /dev/null)"})
    compadd -- ${lines:#* *}
}

# The verbs that follow the word $1, and the arguments of each.
_asmp_group() {
    local -a verbs=()
    [[ $1 == @group@ ]] && verbs+=('@member@:@summary@')
    _arguments -C $common '1: :->verb' '*:: :->operands' && return
    case $state in
        verb) _describe -t commands verb verbs ;;
        operands)
            case "$1 $words[1]" in
                '@group@ @member@') _arguments $common @arguments@ ${(s:;:)operands[@group@ @member@]} ;;
            esac ;;
    esac
}

_asmp() {
    local asmp=${${(Q)words[1]}/#\~\//$HOME/} curcontext=$curcontext state line
    local -A opt_args
    local -A operands=(
        get '1: :_asmp_services'
        rm '1: :_asmp_services'
        mods '1: :_asmp_services'
        undo '1: :_asmp_services'
        unit '1: :_asmp_services'
        approve '1: :_asmp_pending'
        reject '1: :_asmp_pending'
        find '*: :_asmp_capabilities'
        mod '1: :(attach detach);2: :_asmp_services;3: :_files'
        'vm get' '1: :_asmp_vms'
        'vm rm' '1: :_asmp_vms'
        'vm heartbeat' '1: :_asmp_vms'
        'vm update' '1: :_asmp_vms'
        register '1: :_files'
        'models register' '1: :_files'
        announce '1: :_files'
        validate '*: :_files'
        init '1: :_files -/'
        completion '1: :(@shells@)'
        mcp '1: :(install);2: :(claude cursor codex vscode windsurf project)'
        todo '1:name: '
        'vm discover' '1: :(@roles@)'
    )
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
        @group@) _asmp_group @group@ ;;
        @verb@) _arguments $common @arguments@ ${(s:;:)operands[@verb@]} ;;
    esac
}

if [[ ${funcstack[1]} == _asmp ]]; then
    _asmp "$@"
elif (( $+functions[compdef] )); then
    compdef _asmp asmp
fi
