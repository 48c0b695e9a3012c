# The command says what may stand at the cursor; where it knows nothing, bash completes the name of a file.
_chancery() {
  local IFS=$'\n'
  COMPREPLY=($("$1" completion bash -- "${COMP_WORDS[@]:1:COMP_CWORD}" </dev/null 2>/dev/null))
}
complete -o bashdefault -o default -F _chancery chancery
