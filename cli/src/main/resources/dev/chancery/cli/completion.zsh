#compdef chancery
# The command says what may stand at the cursor; where it knows nothing, zsh completes the name of a file.
_chancery() {
  local -a found
  found=("${(@f)$("${words[1]}" completion zsh -- "${(@)words[2,CURRENT]}" </dev/null 2>/dev/null)}")
  found=(${found:#})
  if (( $#found )); then compadd -a found; else _files; fi
}
if [ "${funcstack[1]}" = _chancery ]; then _chancery "$@"; else compdef _chancery chancery; fi
