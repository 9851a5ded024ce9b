# fish completion for bootgraft-cli
# SPDX-License-Identifier: GPL-3.0-or-later

# Commands, or options of a command, out of the program's own help, with what it says of them.
function __bootgraft_cli_commands
    set -l words (commandline -opc)
    $words[1] --help 2>/dev/null | string replace -rf '^  ([a-z][a-z-]*) +(.*)$' '$1\t$2'
end

function __bootgraft_cli_options
    set -l words (commandline -opc)
    set -l help ($words[1] $words[2] --help 2>/dev/null)
    string replace -rf '^  (?:-\w, )?(--[a-z-]+)\S* +(.*)$' '$1\t$2' -- $help
    string replace -rf '^  (-\w), --\S+ +(.*)$' '$1\t$2' -- $help
end

# Members of the set given on the command line, each with ":/" behind it.
function __bootgraft_cli_members
    set -l words (commandline -opc)
    for word in $words[3..-1]
        string match -q -- '-*' $word; and continue
        test -e $word; or continue
        set -l folder $word
        test -d $folder; or set folder (dirname $folder)
        for file in $folder/*
            test -f $file; and echo (basename $file):/
        end
        return
    end
end

# What may be a KERNEL: folders, packages, archives, and files with a kernel's name.
function __bootgraft_cli_kernels
    __fish_complete_path (commandline -ct) | string match -r '^(?:.*/|.*\.(?:deb|rpm|tar(?:\.(?:gz|xz|zst|bz2))?|t(?:gz|xz|zst|bz2))|.*(?:vmlinuz|bzImage|zImage)[^/]*)(?:\t.*)?$'
end

# Where the word that is completed stands: behind one of these options; behind the command; behind the SET.
function __bootgraft_cli_after
    set -l words (commandline -opc)
    contains -- $words[-1] $argv
end

function __bootgraft_cli_at_command
    test (count (commandline -opc)) -eq 1
end

function __bootgraft_cli_in
    set -l words (commandline -opc)
    test (count $words) -gt 1; and contains -- $words[2] $argv
end

function __bootgraft_cli_at_kind
    set -l words (commandline -opc)
    test (count $words) -eq 2 -a "$words[2]" = create
end

function __bootgraft_cli_at_kernel
    __bootgraft_cli_in swap-kernel; or return 1
    set -l words (commandline -opc)
    __bootgraft_cli_after -o --output --image --vmlinuz --modules --effort --compression --select --recipe --save-recipe; and return 1
    for word in $words[3..-1]
        string match -q -- '-*' $word; or return 0
    end
    return 1
end

complete -c bootgraft-cli -n __bootgraft_cli_at_command -f -a '(__bootgraft_cli_commands)'
complete -c bootgraft-cli -n __bootgraft_cli_at_command -f -a 'help --help --version'
complete -c bootgraft-cli -n '__bootgraft_cli_in help' -f -a '(__bootgraft_cli_commands)'
complete -c bootgraft-cli -n 'not __bootgraft_cli_at_command; and not __bootgraft_cli_in help' -a '(__bootgraft_cli_options)'
complete -c bootgraft-cli -n '__bootgraft_cli_after --effort' -f -a 'fast same smallest'
complete -c bootgraft-cli -n '__bootgraft_cli_after --compression' -f -a 'xz zstd gzip lz4 lzo bzip2 lzma none'
complete -c bootgraft-cli -n '__bootgraft_cli_after --select' -f -a 'same all'
complete -c bootgraft-cli -n '__bootgraft_cli_after --features' -f -a 'same centos-7'
complete -c bootgraft-cli -n __bootgraft_cli_at_kind -f -a 'ext4 squashfs newc'
complete -c bootgraft-cli -n '__bootgraft_cli_after --delete --mkdir --move --write --append-line' -f -a '(__bootgraft_cli_members)'
complete -c bootgraft-cli -n '__bootgraft_cli_after --copy-in --root --from' -f -a '(__fish_complete_directories (commandline -ct))'
complete -c bootgraft-cli -n '__bootgraft_cli_after --modules --diff --swap-kernel; or __bootgraft_cli_at_kernel' -f -a '(__bootgraft_cli_kernels)'
