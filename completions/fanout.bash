# bash completion for fanout(1)

# Commands, letter, name and value of every option, as `fanout --option-table` prints them.
_fanout_options='
call f manifest FILE
map a arg-file FILE
map 0 null -
map d delimiter CHAR
map - keep-blank -
map n max-args N
map L max-lines N
map N exact-args N
map X fill -
map C colsep SEP
map - csv -
map - tsv -
map - jsonl -
map - header -
map - shuf -
map - seed N
map - pipe -
map - block SIZE
map - recend TEXT
map - recstart TEXT
map - round-robin -
map I replace TOKEN
map - no-placeholders -
run - format FORM
run,map j max-workers N
run,map,call - timeout DURATION
run,map,call - grace DURATION
run,map - leak-timeout DURATION
run,map - on-leak POLICY
run,map - deadline DURATION
run,map - workers-file FILE
run,map - pause DURATION
run,map - rate N/UNIT
run,map - load L
run,map - memfree SIZE
run,map - nice N
run,map - limit NAME=VALUE
run,map - resource NAME=N
run,map - needs NAME[=N]
map - mutex NAME
run,map,call - retries N
run,map,call - retry-on ENDS
run,map,call - retry-delay DURATION
run,map,call - backoff GROWTH
run,map,call - max-retry-delay DURATION
run,map,call - jitter -
run,map - halt WHEN
run,map - on-failure POLICY
run,map - fail-fast -
run,map - exit-status STYLE
run,map,results - silent -
run,map,call - extra KEY=VALUE
run,map - shell -
run,map - parse FORM
run,map,results,status,list o output FORM
run,map,results - order ORDER
run,map,results - replace-failed JSON
run,map - capture SIZE
run,map - tag -
run,map - tag-string TEMPLATE
run,map - line-buffer -
run,map - live -
run,map - results DIR
run,map - raw -
run,map - journal FILE
run,map - resume FILE
run,map,resume - resume-failed CHOICE
run,map - durability LEVEL
run,map - progress -
run,map - total N
run,map - color WHEN
run,map - joblog FILE
run,map,call - dry-run -
abort - kill -
results,wait - timeout DURATION
results - job JOB
results - replay -
close - wait -
prune - older-than DURATION
run,map,call,start,resume,abort,status,list,results,wait,finished,close,prune h help -
xargs 0 null -
xargs a arg-file VALUE
xargs d delimiter VALUE
xargs e eof [VALUE]
xargs i replace [VALUE]
xargs l max-lines [VALUE]
xargs n max-args VALUE
xargs o open-tty -
xargs p interactive -
xargs r no-run-if-empty -
xargs s max-chars VALUE
xargs t verbose -
xargs - show-limits -
xargs x exit -
xargs P max-procs VALUE
xargs - process-slot-var VALUE
xargs - version -
xargs - help -
xargs E - VALUE
xargs I - VALUE
xargs L - VALUE
xargs - group -
xargs - keep-order -
xargs - report VALUE
'

_fanout_with_handle='resume|abort|status|results|wait|finished|close'

# Prints the name of the option that WORD leaves without its value, or nothing.
_fanout_pending() {  # COMMAND WORD
  local commands letter name value letters=${2#-}
  if [[ $2 == --* ]]; then
    while read -r commands letter name value; do
      [[ ,$commands, == *,$1,* && $2 == "--$name" && $value != - && $value != \[* ]] && echo "$name"
    done <<<"$_fanout_options"
    return
  fi
  # In a bundle of letters the first one with a value takes the rest of it.
  while [[ -n $letters ]]; do
    while read -r commands letter name value; do
      [[ ,$commands, == *,$1,* && $letter == "${letters:0:1}" && $value != - ]] || continue
      [[ ${#letters} -eq 1 && $value != \[* ]] && echo "$name"
      return
    done <<<"$_fanout_options"
    letters=${letters:1}
  done
}

_fanout_no_files() {
  compopt +o default +o bashdefault 2>/dev/null
}

_fanout_value() {  # NAME WORD
  local words
  case $1 in
    manifest | arg-file | workers-file | joblog | journal | resume) return ;;  # files, by default
    halt) words='never now,fail=1 soon,fail=1 now,success=1 soon,success=1' ;;
    report) return ;;  # of xargs, a file
    on-failure) words='continue drain kill' ;;
    backoff) words='constant exponential' ;;
    exit-status) words='native parallel xargs first max' ;;
    on-leak) words='leave kill' ;;
    format) words='document jsonl lines' ;;
    parse) words='text json lines' ;;
    output) words='json jsonl text values none' ;;
    order) words='input completion' ;;
    color) words='auto always never' ;;
    resume-failed) words='yes no' ;;
    durability) words='off normal full' ;;
    limit)
      words='cpu= memory= data= stack= file_size= files= processes= core= locked='
      compopt -o nospace 2>/dev/null ;;
    results)
      _fanout_no_files
      mapfile -t COMPREPLY < <(compgen -d -- "$2")
      return ;;
    max-workers) words='unlimited' ;;
  esac
  _fanout_no_files
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$2")
}

_fanout_flags() {  # COMMAND WORD
  local commands letter name value words=
  while read -r commands letter name value; do
    [[ ,$commands, == *,$1,* ]] || continue
    [[ $name != - ]] && words+=" --$name"
    [[ $letter != - ]] && words+=" -$letter"
  done <<<"$_fanout_options"
  _fanout_no_files
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$2")
}

# Readline also cuts words at "=" and ":". Sets words to what stands between blanks, up to the one to be
# completed, and places to where each of them begins in COMP_WORDS.
_fanout_join() {
  local rest=$COMP_LINE blanks i
  words=() places=()
  for ((i = 0; i <= COMP_CWORD; ++i)); do
    blanks=${rest%%[![:blank:]]*}
    rest=${rest#"$blanks"}
    if [[ $i -eq 0 || -n $blanks ]]; then
      words+=("${COMP_WORDS[i]}")
      places+=("$i")
    else
      words[${#words[@]} - 1]+=${COMP_WORDS[i]}
    fi
    rest=${rest#"${COMP_WORDS[i]}"}
  done
}

# Leaves of each reply what belongs behind the last cut of WORD.
_fanout_cut() {  # WORD
  local cut=$1
  [[ $COMP_WORDBREAKS == *=* ]] || cut=${cut//=/}
  [[ $COMP_WORDBREAKS == *:* ]] || cut=${cut//:/}
  [[ $cut == *[=:]* ]] || return
  cut=${1%"${cut##*[=:]}"}
  COMPREPLY=("${COMPREPLY[@]#"$cut"}")
}

# The word number FIRST and those behind it are a command with its own arguments.
_fanout_command() {  # FIRST WORD
  if [[ $cword -eq $1 ]]; then
    mapfile -t COMPREPLY < <(compgen -c -- "$2")
  elif declare -F _comp_command_offset >/dev/null; then  # of bash-completion, if it is there
    _comp_command_offset "${places[$1]}"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "${places[$1]}"
  fi
}

_fanout() {
  local words places cword word command pending i=2 starts=
  COMPREPLY=()
  _fanout_join
  cword=$((${#words[@]} - 1)) word=${words[${#words[@]} - 1]} command=${words[1]}
  if [[ $cword -eq 1 ]]; then
    _fanout_no_files
    mapfile -t COMPREPLY < <(compgen -W 'run map call xargs start resume abort status list results wait finished close prune schema --help --version' -- "$word")
    return
  fi
  if [[ $command == schema ]]; then
    _fanout_no_files
    [[ $cword -eq 2 ]] && mapfile -t COMPREPLY < <(compgen -W 'manifest result' -- "$word")
    return
  fi

  if [[ $command == start ]]; then  # its words are those of map, or of run behind that word
    command=map starts=yes
  fi

  # Reads the options up to the word to be completed.
  while [[ $i -lt $cword ]]; do
    case ${words[i]} in
      --) ((++i)); break ;;
      -?*)
        pending=$(_fanout_pending "$command" "${words[i]}")
        ((++i))
        [[ -n $pending ]] || continue
        if [[ $i -eq $cword ]]; then
          _fanout_value "$pending" "$word"
          _fanout_cut "$word"
          return
        fi
        ((++i)) ;;
      *)
        if [[ -n $starts && ${words[i]} == @(run|map) ]]; then
          command=${words[i]} starts=
          ((++i))
          continue
        fi
        [[ $command == run || $command == @($_fanout_with_handle) ]] || break
        ((++i)) ;;
    esac
  done

  if [[ $i -eq $cword && $word == --*=* && ${words[i - 1]} != -- ]]; then
    pending=$(_fanout_pending "$command" "${word%%=*}")
    [[ -n $pending ]] && _fanout_value "$pending" "${word#*=}"
    pending=${word%%=*}=
    COMPREPLY=("${COMPREPLY[@]/#/$pending}")
    _fanout_cut "$word"
  elif [[ $word == -* && $i -eq $cword && ${words[i - 1]} != -- ]]; then
    _fanout_flags "$command" "$word"
  elif [[ $command == @($_fanout_with_handle|list|prune) ]]; then
    _fanout_no_files
    [[ $command == list || $command == prune ]] ||
      mapfile -t COMPREPLY < <(compgen -W "$("${words[0]}" list 2>/dev/null | cut -d ' ' -f 1)" -- "$word")
  elif [[ $command == map || $command == xargs ]]; then
    _fanout_command "$i" "$word"
    [[ -n $starts && $i -eq $cword && ${words[i - 1]} != -- ]] &&
      mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W 'run map' -- "$word")
  fi
}

complete -o bashdefault -o default -F _fanout fanout
