# fish completion for fanout(1)

# Letters and names of the options that take a value.
set -g __fanout_value_letters a d n L N C I j o f
set -g __fanout_value_names arg-file delimiter max-args max-lines exact-args colsep seed replace max-workers \
    output manifest format timeout grace leak-timeout on-leak deadline pause retries retry-on retry-delay \
    backoff max-retry-delay halt on-failure exit-status joblog extra parse order replace-failed capture \
    resource needs mutex rate load memfree nice limit workers-file block recend recstart tag-string \
    results total color job older-than journal resume resume-failed durability

# Commands whose options may also stand behind words.
set -g __fanout_mixed run resume abort status list results wait finished close prune

# Prints the words up to the cursor. Those of start are those of map, or of run behind that word.
function __fanout_tokens
    set -l tokens (commandline -opc)
    if test "$tokens[2]" = start
        if contains -- "$tokens[3]" run map
            set -e tokens[2]
        else
            set tokens[2] map
        end
    end
    printf '%s\n' $tokens
end

# Prints the words behind the options of the command, without the one under the cursor.
# Fails while that one is the value of an option.
function __fanout_words
    set -l tokens (__fanout_tokens)
    set -l value_letters $__fanout_value_letters
    set -l value_names $__fanout_value_names
    if test "$tokens[2]" = xargs
        set value_letters $__fanout_xargs_value_letters
        set value_names $__fanout_xargs_value_names
    end
    set -l takes_value 0
    set -l at 3
    while test $at -le (count $tokens)
        set -l token $tokens[$at]
        set at (math $at + 1)
        if test $takes_value = 1
            set takes_value 0
        else if test "$token" = --
            break
        else if string match -q -- '--*' $token
            contains -- (string sub -s 3 -- $token) $value_names; and set takes_value 1
        else if string match -qr -- '^-.' $token
            # In a bundle of letters the first one with a value takes the rest of it.
            set -l letters (string split '' -- (string sub -s 2 -- $token))
            for letter in $letters
                contains -- $letter $value_letters; or continue
                test $letter = $letters[-1]; and set takes_value 1
                break
            end
        else if not contains -- $tokens[2] $__fanout_mixed
            set at (math $at - 1)
            break
        else
            echo -- $token
        end
    end
    test $takes_value = 0; or return 1
    test $at -le (count $tokens); and printf '%s\n' $tokens[$at..-1]
    return 0
end

# Whether the command is one of those named, and options can still come.
function __fanout_in
    set -l tokens (__fanout_tokens)
    test (count $tokens) -ge 2; and contains -- $tokens[2] $argv; or return 1
    contains -- -- $tokens; and return 1
    contains -- $tokens[2] $__fanout_mixed; or test (count (__fanout_words)) -eq 0
end

function __fanout_needs_command
    test (count (commandline -opc)) -eq 1
end

# Whether the first word behind start is being typed.
function __fanout_begins_start
    set -l tokens (commandline -opc)
    test (count $tokens) -eq 2; and test $tokens[2] = start
end

# Whether the words of the command are being typed: those behind its options.
function __fanout_at_words
    set -l tokens (__fanout_tokens)
    test (count $tokens) -ge 2; and test $tokens[2] = $argv[1]; and __fanout_words >/dev/null
end

function __fanout_complete_words
    set -l words (string escape -- (__fanout_words))
    set -l line (string join ' ' -- $words (commandline -ct))
    string match -q -- '-*' $line; or complete --do-complete=$line
end

complete -c fanout -f
complete -c fanout -n __fanout_needs_command -l help -d 'Show help'
complete -c fanout -n __fanout_needs_command -l version -d 'Show the version'
complete -c fanout -n __fanout_needs_command -a run -d 'Run the jobs of a manifest'
complete -c fanout -n __fanout_needs_command -a map -d 'Run one command for every item'
complete -c fanout -n __fanout_needs_command -a call -d 'Run one preset as a plain command'
complete -c fanout -n __fanout_needs_command -a xargs -d 'What xargs does, to the letter'
complete -c fanout -n __fanout_needs_command -a start -d 'Start a run that goes on without you'
complete -c fanout -n __fanout_needs_command -a resume -d 'Go on with a run that has ended'
complete -c fanout -n __fanout_needs_command -a abort -d 'Start nothing more in a run'
complete -c fanout -n __fanout_needs_command -a status -d 'Tell how a run stands'
complete -c fanout -n __fanout_needs_command -a list -d 'Tell how all runs stand'
complete -c fanout -n __fanout_needs_command -a results -d 'Write the results of a run'
complete -c fanout -n __fanout_needs_command -a wait -d 'Wait for the end of a run'
complete -c fanout -n __fanout_needs_command -a finished -d 'Ask whether a run is finished'
complete -c fanout -n __fanout_needs_command -a close -d 'Remove a run'
complete -c fanout -n __fanout_needs_command -a prune -d 'Remove old runs'
complete -c fanout -n __fanout_needs_command -a schema -d 'Print the JSON Schema of a format'

complete -c fanout -n __fanout_begins_start -a 'run map' -d 'What is started'
complete -c fanout -n '__fanout_at_words run' -F
complete -c fanout -n '__fanout_at_words map' -a '(__fanout_complete_words)'
complete -c fanout -n '__fanout_at_words xargs' -a '(__fanout_complete_words)'
complete -c fanout -n '__fanout_at_words call' -F
complete -c fanout -n '__fanout_at_words schema' -a 'manifest result'
for command in resume abort status results wait finished close
    complete -c fanout -n "__fanout_at_words $command" -a '(fanout list 2>/dev/null | string replace -r " .*" "")'
end

complete -c fanout -n '__fanout_in call' -s f -l manifest -r -F -d 'The manifest that has the preset'
complete -c fanout -n '__fanout_in map' -s a -l arg-file -r -F -d 'Read items from a file'
complete -c fanout -n '__fanout_in map' -s 0 -l null -d 'Items end with a NUL character'
complete -c fanout -n '__fanout_in map' -s d -l delimiter -x -d 'Items end with this character'
complete -c fanout -n '__fanout_in map' -l keep-blank -d 'Blank lines are items too'
complete -c fanout -n '__fanout_in map' -s n -l max-args -x -d 'Items for every command'
complete -c fanout -n '__fanout_in map' -s L -l max-lines -x -d 'Lines for every command'
complete -c fanout -n '__fanout_in map' -s N -l exact-args -x -d 'Items for every command, exactly'
complete -c fanout -n '__fanout_in map' -s X -l fill -d 'As many items for every command as fit'
complete -c fanout -n '__fanout_in map' -s C -l colsep -x -d 'Text between columns'
complete -c fanout -n '__fanout_in map' -l csv -d 'Items are records of CSV'
complete -c fanout -n '__fanout_in map' -l tsv -d 'Items have a tab between columns'
complete -c fanout -n '__fanout_in map' -l jsonl -d 'Items are JSON'
complete -c fanout -n '__fanout_in map' -l header -d 'The first item of each list names its columns'
complete -c fanout -n '__fanout_in map' -l shuf -d 'Items in a random order'
complete -c fanout -n '__fanout_in map' -l seed -x -d 'Make the order of --shuf repeatable'
complete -c fanout -n '__fanout_in map' -l pipe -d 'Cut the input into blocks for jobs to read'
complete -c fanout -n '__fanout_in map' -l block -x -d 'Size of a block'
complete -c fanout -n '__fanout_in map' -l recend -x -d 'A record ends with this text'
complete -c fanout -n '__fanout_in map' -l recstart -x -d 'A record starts with this text'
complete -c fanout -n '__fanout_in map' -l round-robin -d 'Start a command for each worker only'
set -g __fanout_value_letters 
set -g __fanout_value_names
complete -c fanout -n '__fanout_in map' -s I -l replace -x -d 'Stands for the item, instead of {}'
complete -c fanout -n '__fanout_in map' -l no-placeholders -d 'Braces mean nothing'
complete -c fanout -n '__fanout_in run' -l format -x -a 'document jsonl lines' -d 'The form of the manifest'
complete -c fanout -n '__fanout_in run map' -s j -l max-workers -x -a unlimited -d 'How many at once (0 is serial)'
complete -c fanout -n '__fanout_in run map call' -l timeout -x -d 'End an attempt that runs longer'
complete -c fanout -n '__fanout_in run map call' -l grace -x -d 'Wait between TERM and KILL'
complete -c fanout -n '__fanout_in run map' -l leak-timeout -x -d 'Wait for those who still hold the output'
complete -c fanout -n '__fanout_in run map' -l on-leak -x -a 'leave kill' -d 'What becomes of them then'
complete -c fanout -n '__fanout_in run map' -l deadline -x -d 'End the whole run after this long'
complete -c fanout -n '__fanout_in run map' -l workers-file -r -F -d 'Read the number of workers, again when it changes'
complete -c fanout -n '__fanout_in run map' -l pause -x -d 'Least gap between any two starts'
complete -c fanout -n '__fanout_in run map' -l rate -x -d 'At most so many starts in any such time (10/s)'
complete -c fanout -n '__fanout_in run map' -l load -x -d 'Start nothing more at this load or above (4, 80%)'
complete -c fanout -n '__fanout_in run map' -l memfree -x -d 'Start nothing more while less memory is available'
complete -c fanout -n '__fanout_in run map' -l nice -x -d 'Add to the niceness of jobs'
complete -c fanout -n '__fanout_in run map' -l limit -x -a 'cpu= memory= data= stack= file_size= files= processes= core= locked=' -d 'A resource limit of each job'
complete -c fanout -n '__fanout_in run map' -l resource -x -d 'There are N of NAME, which jobs take while they run'
complete -c fanout -n '__fanout_in run map' -l needs -x -d 'Each job takes N of NAME, or one'
complete -c fanout -n '__fanout_in map' -l mutex -x -d 'Jobs with the same NAME never run at once'
complete -c fanout -n '__fanout_in run map call' -l retries -x -d 'Try a job that failed that often more'
complete -c fanout -n '__fanout_in run map call' -l retry-on -x -d 'After these ends only'
complete -c fanout -n '__fanout_in run map call' -l retry-delay -x -d 'Wait before the next attempt'
complete -c fanout -n '__fanout_in run map call' -l backoff -x -a 'constant exponential' -d 'How the delay grows'
complete -c fanout -n '__fanout_in run map call' -l max-retry-delay -x -d 'It grows no longer'
complete -c fanout -n '__fanout_in run map call' -l jitter -d 'Leave out up to half of each delay'
complete -c fanout -n '__fanout_in run map' -l halt -x -a 'never now,fail=1 soon,fail=1 now,success=1 soon,success=1' -d 'End the run early'
complete -c fanout -n '__fanout_in run map' -l on-failure -x -a 'continue drain kill' -d 'When a job fails'
complete -c fanout -n '__fanout_in run map' -l fail-fast -d 'Same as --on-failure kill'
complete -c fanout -n '__fanout_in run map' -l exit-status -x -a 'native parallel xargs first max' -d 'How it speaks of failed jobs'
complete -c fanout -n '__fanout_in run map' -l silent -d 'Failures do not change the exit code'
complete -c fanout -n '__fanout_in run map call' -l extra -x -d 'A keyword argument for every job'
complete -c fanout -n '__fanout_in run map' -l shell -d 'Commands are command lines for /bin/sh'
complete -c fanout -n '__fanout_in run map' -l parse -x -a 'text json lines' -d 'Read standard output as'
complete -c fanout -n '__fanout_in run map' -s o -l output -x -a 'json jsonl text values none' -d 'Write results as'
complete -c fanout -n '__fanout_in run map' -l order -x -a 'input completion' -d 'Order of the results'
complete -c fanout -n '__fanout_in run map' -l replace-failed -x -d 'Shown for a job that did not succeed'
complete -c fanout -n '__fanout_in run map' -l capture -x -d 'Keep at most the end of each output'
complete -c fanout -n '__fanout_in run map' -l tag -d '-o text: start every line with name or items'
complete -c fanout -n '__fanout_in run map' -l tag-string -x -d '-o text: start every line with this'
complete -c fanout -n '__fanout_in run map' -l line-buffer -d '-o text: write lines as they come'
complete -c fanout -n '__fanout_in run map' -l live -d 'Let jobs write themselves, ungrouped'
complete -c fanout -n '__fanout_in run map' -l results -x -a '(__fish_complete_directories)' -d 'A directory for each job'
complete -c fanout -n '__fanout_in run map' -l progress -d 'Show how far the run has come'
complete -c fanout -n '__fanout_in run map' -l total -x -d 'Expect so many jobs of a stream'
complete -c fanout -n '__fanout_in run map' -l journal -r -F -d 'Record every job in a database'
complete -c fanout -n '__fanout_in run map' -l resume -r -F -d 'Go on with the run that a journal records'
complete -c fanout -n '__fanout_in run map resume' -l resume-failed -x -a 'yes no' -d 'Run jobs again that failed'
complete -c fanout -n '__fanout_in run map' -l durability -x -a 'off normal full' -d 'What the journal survives'
complete -c fanout -n '__fanout_in run map' -l color -x -a 'auto always never' -d 'Colours on standard error'
complete -c fanout -n '__fanout_in run map' -l raw -d '-o text: control characters as they are'
complete -c fanout -n '__fanout_in run map' -l joblog -r -F -d 'Write a line for every job that has run'
complete -c fanout -n '__fanout_in run map call' -l dry-run -d 'Print what would run'
complete -c fanout -n '__fanout_in run map call' -s h -l help -d 'Show help'
complete -c fanout -n '__fanout_in start resume abort status list results wait finished close prune' -s h -l help -d 'Show help'
complete -c fanout -n '__fanout_in status list' -s o -l output -x -a 'text json' -d 'Write it as'
complete -c fanout -n '__fanout_in results' -s o -l output -x -a 'json jsonl text values none handle' -d 'Write results as'
complete -c fanout -n '__fanout_in results' -l order -x -a 'input completion' -d 'Order of the results'
complete -c fanout -n '__fanout_in results' -l replace-failed -x -d 'Shown for a job that did not succeed'
complete -c fanout -n '__fanout_in results' -l silent -d 'Failures do not change the exit code'
complete -c fanout -n '__fanout_in results' -l job -x -d 'Only this job'
complete -c fanout -n '__fanout_in results' -l replay -d 'Write what the job wrote, exit as it did'
complete -c fanout -n '__fanout_in results wait' -l timeout -x -d 'Wait for the end, at most so long'
complete -c fanout -n '__fanout_in abort' -l kill -d 'End the jobs that run, too'
complete -c fanout -n '__fanout_in close' -l wait -d 'Wait for the end of the run first'
complete -c fanout -n '__fanout_in prune' -l older-than -x -d 'Remove runs that ended so long ago'

# The same of xargs, where other letters take one.
set -g __fanout_xargs_value_letters a d n s P E I L
set -g __fanout_xargs_value_names arg-file delimiter max-args max-chars max-procs process-slot-var report

complete -c fanout -n '__fanout_in xargs' -s 0 -l null -d 'Items end with a NUL character'
complete -c fanout -n '__fanout_in xargs' -s a -l arg-file -r -F -d 'Take the items from a file'
complete -c fanout -n '__fanout_in xargs' -s d -l delimiter -x -d 'Items end with this character'
complete -c fanout -n '__fanout_in xargs' -s e -l eof -d 'An item that ends the input'
complete -c fanout -n '__fanout_in xargs' -s E -x -d 'An item that ends the input'
complete -c fanout -n '__fanout_in xargs' -s i -l replace -d 'A command for each line, in the place of this'
complete -c fanout -n '__fanout_in xargs' -s I -x -d 'A command for each line, in the place of this'
complete -c fanout -n '__fanout_in xargs' -s l -l max-lines -d 'Lines for every command'
complete -c fanout -n '__fanout_in xargs' -s L -x -d 'Lines for every command'
complete -c fanout -n '__fanout_in xargs' -s n -l max-args -x -d 'Items for every command'
complete -c fanout -n '__fanout_in xargs' -s o -l open-tty -d 'Commands read from the terminal'
complete -c fanout -n '__fanout_in xargs' -s P -l max-procs -x -d 'How many at a time (0 is as many as possible)'
complete -c fanout -n '__fanout_in xargs' -s p -l interactive -d 'Ask before every command'
complete -c fanout -n '__fanout_in xargs' -l process-slot-var -x -d 'A variable with the number of the slot'
complete -c fanout -n '__fanout_in xargs' -s r -l no-run-if-empty -d 'Run nothing when there are no items'
complete -c fanout -n '__fanout_in xargs' -s s -l max-chars -x -d 'The longest command'
complete -c fanout -n '__fanout_in xargs' -l show-limits -d 'Show how long a command may be'
complete -c fanout -n '__fanout_in xargs' -s t -l verbose -d 'Show every command'
complete -c fanout -n '__fanout_in xargs' -s x -l exit -d 'Stop when a command would be too long'
complete -c fanout -n '__fanout_in xargs' -l group -d 'The output of each command whole'
complete -c fanout -n '__fanout_in xargs' -l keep-order -d 'The same in the order of the input'
complete -c fanout -n '__fanout_in xargs' -l report -r -F -d 'Write how each command ended'
complete -c fanout -n '__fanout_in xargs' -l help -d 'Show help'
complete -c fanout -n '__fanout_in xargs' -l version -d 'Show the version'
