#include "cli/foreign_options.hpp"

#include <algorithm>

namespace fanout {
namespace {

constexpr CommandSet kJobs = CommandSet::jobs;
constexpr CommandSet kMap = CommandSet::map;

constexpr ForeignOption kForeign[] = {
    // Of both, and of GNU parallel.
    {kJobs, "-P --max-procs --jobs", "N jobs at once are -j N"},
    {kMap, "-m --xargs", "as many items as fit are -X"},
    {kMap, "-s --max-chars",
     "a command is as long as the system lets it be; -n N limits its items"},
    {kMap, "-x --exit", "not needed: an item too long for a command is a job that failed"},
    {kMap, "-r --no-run-if-empty", "not needed: without items nothing is run"},
    {kMap, "-i", "another token for the item is -I TOKEN"},
    {kMap, "-l", "lines for each command are -L N"},
    {kMap, "-E -e --eof", "items end where the input does; cut it before, as with sed '/END/Q'"},
    {kMap, "-p --interactive", "nobody is asked; what would run is shown by --dry-run"},
    {kMap, "-t -v --verbose", "what would run is shown by --dry-run"},
    {kJobs, "--process-slot-var", "the worker slot is {%}, and FANOUT_SLOT in the environment"},
    {kMap, "--open-tty --tty", "jobs read /dev/null; fanout call gives its own input to one"},
    {kJobs, "-k --keep-order", "the order of the input is --order input"},
    {kJobs, "-u --ungroup", "output as it comes is --live"},
    {kJobs, "--lb", "whole lines as they come are --line-buffer"},
    {kJobs, "--group", "whole jobs at a time are what -o text shows"},
    {kMap, "--tagstring", "a text in front of each line is --tag-string"},
    {kJobs, "--delay", "the gap between two starts is --pause"},
    {kJobs, "--bar --eta", "what is done and what remains is shown by --progress"},
    {kJobs, "--jl", "a log of the jobs is --joblog"},
    {kJobs, "--halt-on-error", "when to stop is --halt"},
    {kJobs, "--term-seq", "a job gets SIGTERM, and SIGKILL after --grace"},
    {kMap, "-q --quote", "not needed: arguments are never read by a shell"},
    {kMap, "--link --xapply", "lists are linked by :::+ and ::::+"},
    {kMap, "--max-replace-args", "exactly N items for each command are -N N"},
    {kMap, "--skip-first-line", "a first line that names columns is --header"},
    {kMap, "--spreadstdin", "blocks of standard input for jobs are --pipe"},
    {kMap, "--block-size", "the size of a block is --block"},
    {kJobs, "-S --sshlogin --slf --sshloginfile --onall --nonall --transferfile --return --trc",
     "not supported: jobs run on this machine"},
    {kJobs, "--wd --workdir", "jobs run where fanout was started, or in the \"cwd\" of a manifest"},
    {kJobs, "--tmpdir", "large outputs wait in TMPDIR"},
    {kJobs, "--will-cite --citation --no-notice", "not needed"},
    {kJobs, "-V", "the version is fanout --version"},
};

bool has_spelling(const ForeignOption& option, std::string_view typed) {
  std::string_view rest = option.spellings;
  while (!rest.empty()) {
    const std::string_view spelling = rest.substr(0, rest.find(' '));
    if (spelling == typed) return true;
    rest.remove_prefix(std::min(spelling.size() + 1, rest.size()));
  }
  return false;
}

}  // namespace

std::span<const ForeignOption> foreign_options() {
  return kForeign;
}

std::string_view hint_for(CommandSet command, std::string_view typed) {
  const auto* found = std::ranges::find_if(kForeign, [&](const ForeignOption& option) {
    return contains(option.commands, command) && has_spelling(option, typed);
  });
  return found == std::end(kForeign) ? std::string_view() : found->hint;
}

}  // namespace fanout
