# fish completion for asmp

# The command that the words before the cursor name, without options.
function __asmp_verb
    set -l words (commandline -opc | string match -v -r -- '^-')
    set -e words[1]
    if contains -- "$words[1]" @groups@; and set -q words[2]
        echo "$words[1] $words[2]"
    else
        echo "$words[1]"
    end
end

function __asmp_needs_command
    set -l verb (__asmp_verb)
    test -z "$verb"
end

function __asmp_using
    set -l verb (__asmp_verb)
    contains -- "$verb" $argv
end

function __asmp_services
    asmp list -1 $argv 2>/dev/null </dev/null
end

function __asmp_capabilities
    asmp caps 2>/dev/null </dev/null | string match -v -- '* *'
end

function __asmp_vms
    asmp vm list 2>/dev/null </dev/null | string match -v -r -- '^(ID|no) ' | string replace -r ' .*' ''
end

complete -c asmp -f
complete -c asmp -l json -d 'answer as JSON'
complete -c asmp -s h -l help -d 'show this help'
complete -c asmp -n __asmp_needs_command -a '@verb@' -d '@summary@'
complete -c asmp -n '__asmp_using @group@' -a '@member@' -d '@summary@'
complete -c asmp -n '__asmp_using get rm mods undo mod unit' -a '(__asmp_services)'
complete -c asmp -n '__asmp_using approve reject' -a '(__asmp_services --status pending)'
complete -c asmp -n '__asmp_using find' -a '(__asmp_capabilities)'
complete -c asmp -n '__asmp_using mod' -a 'attach detach'
complete -c asmp -n '__asmp_using announce register validate mod "models register"' -F
complete -c asmp -n '__asmp_using init' -a '(__fish_complete_directories)'
complete -c asmp -n '__asmp_using completion' -a '@shells@'
complete -c asmp -n '__asmp_using mcp' -a 'install claude cursor codex vscode windsurf project'
complete -c asmp -n '__asmp_using "vm discover"' -a '@roles@'
complete -c asmp -n '__asmp_using "vm get" "vm rm" "vm heartbeat" "vm update"' -a '(__asmp_vms)'
@fish-options@
