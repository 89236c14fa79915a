#include "cli/options.hpp"

#include <algorithm>

namespace fanout {
namespace {

constexpr CommandSpec kCommands[] = {
    {CommandSet::run, "run", "[OPTIONS] MANIFEST",
     "run the jobs of a manifest (- is standard input)"},
    {CommandSet::map, "map", "[OPTIONS] COMMAND... [::: ITEM...]",
     "run one command for every item (from standard input without ::: and -a)"},
    {CommandSet::call, "call", "[OPTIONS] -f MANIFEST NAME [ARG...]",
     "run one preset of a manifest as a plain command: its output, its exit code"},
    {CommandSet::xargs, "xargs", "[XARGS OPTIONS] [COMMAND [ARG...]]",
     "what xargs(1) does, to the letter (as does fanout under the name xargs)"},
    {CommandSet::start, "start", "[OPTIONS] run MANIFEST | map COMMAND... | COMMAND...",
     "start a run that goes on without you, and print its handle"},
    {CommandSet::resume, "resume", "[OPTIONS] HANDLE",
     "go on with a run that died, was aborted or has failed jobs"},
    {CommandSet::abort, "abort", "[--kill] HANDLE",
     "start nothing more in a run; prints true, or false when that changed nothing"},
    {CommandSet::status, "status", "[-o json] HANDLE", "tell how a run stands"},
    {CommandSet::list, "list", "[-o json]", "tell how all runs stand, a line each"},
    {CommandSet::results, "results", "[OPTIONS] HANDLE",
     "write the results of a run, also those so far of one that goes on"},
    {CommandSet::wait, "wait", "[--timeout DURATION] HANDLE",
     "wait for the end of a run, and exit as it did"},
    {CommandSet::finished, "finished", "HANDLE", "exit 0 when a run is finished, else 1"},
    {CommandSet::close, "close", "[--wait] HANDLE", "remove a run and all that is recorded of it"},
    {CommandSet::prune, "prune", "--older-than DURATION",
     "remove the runs that ended so long ago, and print their handles"},
    {CommandSet::none, "schema", "manifest|result", "print the JSON Schema of a format"},
};

constexpr OptionGroupSpec kGroups[] = {
    {OptionGroup::input, "Input"},       {OptionGroup::command, "Command"},
    {OptionGroup::workers, "Workers"},   {OptionGroup::failure, "Time and failure"},
    {OptionGroup::output, "Output"},     {OptionGroup::journal, "Journal"},
    {OptionGroup::watching, "Watching"}, {OptionGroup::other, "Other"},
};

// In the order in which --help shows them within their group.
constexpr OptionSpec kOptions[] = {
    {CommandSet::call, OptionGroup::input, 'f', "manifest", "FILE",
     "the manifest that has the preset (- is standard input)"},
    {CommandSet::map, OptionGroup::input, 'a', "arg-file", "FILE",
     "read items from FILE instead of standard input (repeatable: a list each)"},
    {CommandSet::map, OptionGroup::input, '0', "null", "", "items end with a NUL character"},
    {CommandSet::map, OptionGroup::input, 'd', "delimiter", "CHAR",
     "items end with CHAR (\\n, \\t, \\r, \\0, \\\\ and \\xHH work)"},
    {CommandSet::map, OptionGroup::input, 0, "keep-blank", "", "blank lines are items too"},
    {CommandSet::map, OptionGroup::input, 'n', "max-args", "N",
     "give every command N items (default 1)"},
    {CommandSet::map, OptionGroup::input, 'L', "max-lines", "N",
     "give every command N lines, with all their columns"},
    {CommandSet::map, OptionGroup::input, 'N', "exact-args", "N",
     "give every command exactly N items; a rest is an error"},
    {CommandSet::map, OptionGroup::input, 'X', "fill", "",
     "give every command as many items as fit; words with a placeholder are repeated"},
    {CommandSet::map, OptionGroup::input, 'C', "colsep", "SEP",
     "columns of an item, with the text SEP between them, are arguments"},
    {CommandSet::map, OptionGroup::input, 0, "csv", "", "items are records of CSV (RFC 4180)"},
    {CommandSet::map, OptionGroup::input, 0, "tsv", "", "items have a tab between columns"},
    {CommandSet::map, OptionGroup::input, 0, "jsonl", "",
     "items are JSON; an object's keys are names"},
    {CommandSet::map, OptionGroup::input, 0, "header", "",
     "the first item of each list names its columns: {NAME}"},
    {CommandSet::map, OptionGroup::input, 0, "shuf", "", "take items in a random order"},
    {CommandSet::map, OptionGroup::input, 0, "seed", "N", "make the order of --shuf repeatable"},
    {CommandSet::map, OptionGroup::input, 0, "pipe", "",
     "cut the input into blocks of whole records, each the standard input of a job"},
    {CommandSet::map, OptionGroup::input, 0, "block", "SIZE",
     "--pipe: size of a block (default 1M; -n N makes it N records)"},
    {CommandSet::map, OptionGroup::input, 0, "recend", "TEXT",
     "--pipe: a record ends with TEXT (default \\n; escapes as for -d)"},
    {CommandSet::map, OptionGroup::input, 0, "recstart", "TEXT",
     "--pipe: a record starts with TEXT"},
    {CommandSet::map, OptionGroup::input, 0, "round-robin", "",
     "--pipe: start a command for each worker only, and give blocks to whoever reads"},
    {CommandSet::run, OptionGroup::input, 0, "format", "FORM",
     "the manifest is a document, jsonl or lines"},
    {CommandSet::map, OptionGroup::command, 'I', "replace", "TOKEN",
     "TOKEN stands for the item, instead of {}"},
    {CommandSet::map, OptionGroup::command, 0, "no-placeholders", "",
     "braces mean nothing; items are appended"},
    {CommandSet::every, OptionGroup::command, 0, "extra", "KEY=VALUE",
     "a keyword argument for every job (repeatable)"},
    {CommandSet::jobs, OptionGroup::command, 0, "shell", "",
     "commands are command lines for /bin/sh"},
    {CommandSet::jobs, OptionGroup::workers, 'j', "max-workers", "N",
     "run N at once, N% of the CPUs, or unlimited; 0 is serial (default 100%)"},
    {CommandSet::jobs, OptionGroup::workers, 0, "workers-file", "FILE",
     "read the number of workers from FILE, again whenever it changes"},
    {CommandSet::jobs, OptionGroup::workers, 0, "pause", "DURATION",
     "least gap between any two starts"},
    {CommandSet::jobs, OptionGroup::workers, 0, "rate", "N/UNIT",
     "at most N starts in any such time (10/s, 100/m, 10/250ms)"},
    {CommandSet::jobs, OptionGroup::workers, 0, "load", "L",
     "start nothing more while the load average is L or above (4, 2.5, 80%)"},
    {CommandSet::jobs, OptionGroup::workers, 0, "memfree", "SIZE",
     "start nothing more while less memory is available (512M, 2G)"},
    {CommandSet::jobs, OptionGroup::workers, 0, "nice", "N",
     "add N to the niceness of jobs (-20 to 19)"},
    {CommandSet::jobs, OptionGroup::workers, 0, "limit", "NAME=VALUE",
     "a resource limit of each job (cpu, memory, files...; repeatable)"},
    {CommandSet::jobs, OptionGroup::workers, 0, "resource", "NAME=N",
     "there are N of NAME, which jobs take while they run (repeatable)"},
    {CommandSet::jobs, OptionGroup::workers, 0, "needs", "NAME[=N]",
     "each job takes N of NAME, or one (repeatable; in map default one of each)"},
    {CommandSet::map, OptionGroup::workers, 0, "mutex", "NAME",
     "jobs with the same NAME, which may have placeholders, never run at once"},
    {CommandSet::results | CommandSet::wait, OptionGroup::failure, 0, "timeout", "DURATION",
     "wait for the end of the run, at most so long; then exit with 124"},
    {CommandSet::every, OptionGroup::failure, 0, "timeout", "DURATION",
     "end an attempt that runs longer (1.5, 250ms, 1m30s; 0 is none)"},
    {CommandSet::every, OptionGroup::failure, 0, "grace", "DURATION",
     "wait between TERM and KILL (default 5s)"},
    {CommandSet::jobs, OptionGroup::failure, 0, "leak-timeout", "DURATION",
     "wait for those who hold the output of a job that exited (default 1s; 0 is for ever)"},
    {CommandSet::jobs, OptionGroup::failure, 0, "on-leak", "POLICY",
     "after the leak timeout leave or kill them (default leave)"},
    {CommandSet::jobs, OptionGroup::failure, 0, "deadline", "DURATION",
     "end the whole run after this long"},
    {CommandSet::every, OptionGroup::failure, 0, "retries", "N",
     "try a job that failed N times more"},
    {CommandSet::every, OptionGroup::failure, 0, "retry-on", "ENDS",
     "after these ends only: exit codes (1,64-78), timeout, signal[:NAME], exit"},
    {CommandSet::every, OptionGroup::failure, 0, "retry-delay", "DURATION",
     "wait this long before the next attempt"},
    {CommandSet::every, OptionGroup::failure, 0, "backoff", "GROWTH",
     "the delay stays constant or grows exponential, doubling (default constant)"},
    {CommandSet::every, OptionGroup::failure, 0, "max-retry-delay", "DURATION",
     "an exponential delay grows no longer than this"},
    {CommandSet::every, OptionGroup::failure, 0, "jitter", "",
     "leave out up to half of each delay, at random"},
    {CommandSet::jobs, OptionGroup::failure, 0, "halt", "WHEN",
     "end the run early: never, or now or soon with fail, success or done=N or N% (now,fail=1)"},
    {CommandSet::jobs, OptionGroup::failure, 0, "on-failure", "POLICY",
     "when a job fails: continue, drain or kill (default continue)"},
    {CommandSet::jobs, OptionGroup::failure, 0, "fail-fast", "", "same as --on-failure kill"},
    {CommandSet::jobs, OptionGroup::failure, 0, "exit-status", "STYLE",
     "exit as native, parallel, xargs, first or max (default native)"},
    {CommandSet::jobs | CommandSet::results, OptionGroup::failure, 0, "silent", "",
     "failures do not change the exit code and are not announced"},
    {CommandSet::jobs, OptionGroup::output, 0, "parse", "FORM",
     "read standard output as text, json or lines (default text)"},
    {CommandSet::jobs, OptionGroup::output, 'o', "output", "FORM",
     "write json, jsonl, text, values or none (default json)"},
    {CommandSet::results, OptionGroup::output, 'o', "output", "FORM",
     "write json, jsonl, text, values, none or handle (default as when it was started)"},
    {CommandSet::status | CommandSet::list, OptionGroup::output, 'o', "output", "FORM",
     "write text or json (default text)"},
    {CommandSet::jobs | CommandSet::results, OptionGroup::output, 0, "order", "ORDER",
     "results in input or completion order"},
    {CommandSet::results, OptionGroup::output, 0, "job", "JOB",
     "only this one: its name, or its index from 0"},
    {CommandSet::results, OptionGroup::output, 0, "replay", "",
     "--job: write what it wrote, and exit as it did"},
    {CommandSet::jobs | CommandSet::results, OptionGroup::output, 0, "replace-failed", "JSON",
     "what -o values shows for a job that did not succeed"},
    {CommandSet::jobs, OptionGroup::output, 0, "capture", "SIZE",
     "keep at most the last SIZE bytes of each output (64K, 1M)"},
    {CommandSet::jobs, OptionGroup::output, 0, "tag", "",
     "-o text: start every line with the job's name or items and a tab"},
    {CommandSet::jobs, OptionGroup::output, 0, "tag-string", "TEMPLATE",
     "-o text: start every line with this and a tab ({}, {1}, {KEY}, {#}, {%})"},
    {CommandSet::jobs, OptionGroup::output, 0, "line-buffer", "",
     "-o text: write lines as they come, not when their job has ended"},
    {CommandSet::jobs, OptionGroup::output, 0, "live", "",
     "let jobs write to fanout's own output, ungrouped (with -o text or none)"},
    {CommandSet::jobs, OptionGroup::output, 0, "results", "DIR",
     "keep stdout, stderr and record.json of each job in a directory of its own below DIR"},
    {CommandSet::jobs, OptionGroup::output, 0, "raw", "",
     "-o text: send control characters to a terminal as they are"},
    {CommandSet::jobs, OptionGroup::journal, 0, "journal", "FILE",
     "record every job in FILE, an SQLite database, as it ends"},
    {CommandSet::jobs, OptionGroup::journal, 0, "resume", "FILE",
     "go on with the run that FILE records: run what has not succeeded, and is new"},
    {CommandSet::jobs | CommandSet::resume, OptionGroup::journal, 0, "resume-failed", "CHOICE",
     "--resume: run jobs again that failed, yes or no (default yes)"},
    {CommandSet::jobs, OptionGroup::journal, 0, "durability", "LEVEL",
     "what the journal survives: off, normal or full (default normal)"},
    {CommandSet::jobs, OptionGroup::watching, 0, "progress", "",
     "show on standard error how far the run has come"},
    {CommandSet::jobs, OptionGroup::watching, 0, "total", "N",
     "--progress: expect N jobs of a stream"},
    {CommandSet::jobs, OptionGroup::watching, 0, "color", "WHEN",
     "colours on standard error: auto, always or never (default auto)"},
    {CommandSet::jobs, OptionGroup::watching, 0, "joblog", "FILE",
     "write a line for every job that has run, in GNU parallel's format"},
    {CommandSet::every, OptionGroup::other, 0, "dry-run", "",
     "print what would run, one line each, and run nothing"},
    {CommandSet::abort, OptionGroup::other, 0, "kill", "", "end the jobs that run, too"},
    {CommandSet::close, OptionGroup::other, 0, "wait", "", "wait for the end of the run first"},
    {CommandSet::prune, OptionGroup::other, 0, "older-than", "DURATION",
     "remove runs that ended at least so long ago (12h, 30d)"},
    {CommandSet::ours, OptionGroup::other, 'h', "help", "", "show help"},
};

}  // namespace

std::span<const CommandSpec> commands() {
  return kCommands;
}
std::span<const OptionGroupSpec> option_groups() {
  return kGroups;
}
std::span<const OptionSpec> options() {
  return kOptions;
}

const OptionSpec* find_option(CommandSet command, std::string_view name) {
  const auto* found = std::ranges::find_if(kOptions, [&](const OptionSpec& option) {
    return contains(option.commands, command) && option.name == name;
  });
  return found == std::end(kOptions) ? nullptr : found;
}

const OptionSpec* find_option(CommandSet command, char letter) {
  const auto* found = std::ranges::find_if(kOptions, [&](const OptionSpec& option) {
    return contains(option.commands, command) && option.letter == letter && letter != 0;
  });
  return found == std::end(kOptions) ? nullptr : found;
}

std::string option_table() {
  std::string table;
  for (const OptionSpec& option : kOptions) {
    std::string where;
    for (const CommandSpec& command : kCommands) {
      if (!contains(option.commands, command.command)) continue;
      where += (where.empty() ? "" : ",") + std::string(command.name);
    }
    table += where + '\t' + (option.letter == 0 ? '-' : option.letter) + '\t' +
             std::string(option.name) + '\t' +
             (option.is_flag() ? "-" : std::string(option.value)) + '\n';
  }
  return table;
}

}  // namespace fanout
