#!/usr/bin/env bats
# What real shells offer behind cetusguard and cetus-run. Bash and zsh have it typed in a
# terminal and insert all that they offer; fish says what it would.

load lib

SHELLS=(bash zsh fish)

setup() {
	need "${SHELLS[@]}" expect git
	[[ -e /usr/share/bash-completion/bash_completion ]] || lacking 'bash-completion is not installed'
	HERE=$E2E/completions
	mkdir -p "$HERE/bin" "$HERE/files/folder"
	touch "$HERE/files/one.rules" "$HERE/files/two.rules"
	ln -sf "$CETUSGUARD" "$HERE/bin/cetusguard"
	ln -sf "$CETUSGUARD" "$HERE/bin/cetus-run"
	"$CETUSGUARD" completion bash >"$HERE/cetusguard.bash"
	"$CETUSGUARD" completion zsh >"$HERE/_cetusguard"
	"$CETUSGUARD" completion fish >"$HERE/cetusguard.fish"
	export PATH=$HERE/bin:$PATH HERE
	git init -q "$HERE/files"
	cd "$HERE/files" || return 1
	cat >"$HERE/bashrc" <<'BASH'
source /usr/share/bash-completion/bash_completion
source "$HERE/cetusguard.bash"
seen() {
	printf '%s\n' "$READLINE_LINE" >>"$LINES_SEEN"
	READLINE_LINE=''
	printf 'line %d is seen\n' $((++n))
}
bind '"\C-xa": insert-completions'
bind -x '"\C-xp": seen'
PS1='ready> '
BASH
	cat >"$HERE/.zshrc" <<'ZSH'
fpath=("$HERE" $fpath)
autoload -Uz compinit
compinit -u -D
zstyle ':completion:*' completer _all_matches _complete
zstyle ':completion:*' insert yes
zle -C all-matches complete-word _generic
seen() {
	print -r -- "$BUFFER" >>"$LINES_SEEN"
	BUFFER=''
	print "line $((++n)) is seen"
}
zle -N seen
bindkey -e
bindkey '^Xa' all-matches '^Xp' seen
PS1='ready> '
ZSH
	export XDG_CONFIG_HOME=$HERE/config XDG_DATA_HOME=$HERE/data
}

teardown() {
	[[ ! -d $E2E/completions ]] || rm -r "$E2E/completions"
}

# completed SHELL LINE... - Print the lines with everything in them that is offered.
completed() {
	local shell=$1
	shift
	if [[ $shell == fish ]]; then
		# shellcheck disable=SC2016 # fish is to read it
		fish -c 'source $HERE/cetusguard.fish
			for line in $argv
				echo (string replace -r "[^ ]*\$" "" -- $line)(complete -C $line |
					string replace -r "\t.*" "" | string join " ")
			end' "$@"
		return
	fi
	rm -f "$HERE/lines"
	"$BATS_TEST_DIRNAME/complete.exp" "$shell" "$HERE" "$@" && cat "$HERE/lines"
}

# becomes LINE WORDS... - In every shell the line gets all of the words, and no other.
becomes() {
	local line=$1 shell got wanted
	shift
	wanted=$(printf '%s\n' "$@" | sort)
	for shell in "${SHELLS[@]}"; do
		got=$(completed "$shell" "$line") || fail "$got"
		# What goes on may have the character that it goes on with.
		got=$(tr ' ' '\n' <<<"${got#"${line% *} "}" | sed 's|[,=/]$||; /^$/d' | sort)
		[[ $got == "$wanted" ]] || fail "$shell makes of $line: $got"
	done
}

flags_of() {
	"$@" -help | sed -n 's/^  \(-[a-z-]*\).*/\1/p'
}

@test "every flag of the help completes in every shell" {
	local program flags shell
	for program in cetusguard cetus-run 'cetusguard run'; do
		# shellcheck disable=SC2086 # a command and its argument
		flags=$(flags_of $program)
		[[ $(wc -l <<<"$flags") -gt 30 ]]
		for shell in "${SHELLS[@]}"; do
			diff <(sort <<<"$flags") \
				<(completed "$shell" "$program -" | grep -o ' -[a-z][a-z-]*' | tr -d ' ' | sort)
		done
	done
}

@test "every command completes in every shell" {
	local commands
	mapfile -t commands < <(cetusguard -help | sed -n '/^Commands/,/^$/s/^  \([a-z][a-z]*\).*/\1/p')
	((${#commands[@]} > 8))
	becomes 'cetusguard ' "${commands[@]}"
	becomes 'cetusguard -log-level 7 he' health
	becomes 'cetusguard -- prof' profiles
}

@test "values of flags complete, behind a blank and behind =" {
	becomes 'cetusguard -log-format ' json logfmt
	becomes 'cetusguard -log-format=j' -log-format=json
	becomes 'cetusguard --log-format=j' --log-format=json
	becomes 'cetusguard -log-level ' 0 1 2 3 4 5 6 7
	becomes 'cetusguard -mode ' enforce observe
	becomes 'cetus-run -mode ' preload seccomp
	becomes 'cetusguard run -mode ' preload seccomp
	becomes 'cetus-run -summary j' json
}

@test "names complete behind a comma, too" {
	becomes 'cetusguard -profile doz' dozzle dozzle-actions dozzle-shell
	becomes 'cetusguard -profile homepage,test' homepage,testcontainers
	becomes 'cetusguard -no-sandbox landlock,sec' landlock,seccomp
}

@test "files and folders complete" {
	becomes 'cetusguard -rules-file o' one.rules
	becomes 'cetusguard -rules-file=o' -rules-file=one.rules
	becomes 'cetusguard -host-root f' folder
	becomes 'cetusguard -audit-log t' two.rules
	becomes "cetusguard -admin-addr unix://$HERE/files/o" "unix://$HERE/files/one.rules"
	becomes 'cetusguard -backend-addr ' unix:/ tcp:/ fd:/
}

@test "arguments of commands complete" {
	becomes 'cetusguard profiles homepage' homepage homepage-swarm
	becomes 'cetusguard completion ' bash fish zsh
	becomes 'cetusguard explain P' PATCH POST PUT
	becomes 'cetusguard explain -bo' -body
	becomes 'cetusguard diff o' one.rules
	becomes 'cetusguard diff one.rules testc' testcontainers
}

@test "what is behind cetus-run completes as it would by itself" {
	local before
	for before in 'cetus-run' 'cetus-run -quiet --' 'cetus-run -mode seccomp' 'cetusguard run' \
		'cetusguard run --' 'cetusguard run -quiet --' 'cetus-run --' \
		'cetusguard -log-level 7 run --' 'cetusguard explain --'; do
		becomes "$before git cherry-p" cherry-pick
		becomes "$before cetus-r" cetus-run
		becomes "$before cetusguard -log-f" -log-format
	done
}

@test "a shell that there is no script for is refused" {
	run cetusguard completion tcsh
	((status == 2))
	[[ $output == *'completion tcsh: expected bash, zsh or fish' ]]
}
