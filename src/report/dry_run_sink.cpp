#include "report/dry_run_sink.hpp"

#include <algorithm>
#include <cassert>

#include "fanout/base/overloaded.hpp"

namespace fanout {
namespace {

bool is_variable_name(std::string_view name) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
  return !name.empty() && kLetters.find(name.front()) != kLetters.npos &&
         name.find_first_not_of(std::string(kLetters) + "0123456789") == name.npos;
}

/// `A=1 B=2 `, or through env(1) where something is removed or is no name for a shell.
std::string environment(const std::vector<EnvChange>& changes, ShellQuote quote) {
  std::string removals;
  std::string additions;
  bool needs_env = false;
  for (const auto& [name, value] : changes) {
    if (!value) {
      removals += "-u " + quote(name) + " ";
    } else if (is_variable_name(name)) {
      additions += name + "=" + quote(*value) + " ";
    } else {
      additions += quote(name + "=" + *value) + " ";
      needs_env = true;
    }
  }
  needs_env = needs_env || !removals.empty();
  return (needs_env ? "env " : "") + removals + additions;
}

/// How a shell takes the block out of its file, which is asked for where it has a name only.
std::string cut_out(const Block& block, ShellQuote quote) {
  assert(block.file != nullptr && "nobody can show a block of a stream");
  return "tail -c +" + std::to_string(block.offset + 1) + " -- " + quote(*block.file) +
         " | head -c " + std::to_string(block.size);
}

std::string with_stdin(const Stdin& input, const std::string& command, ShellQuote quote) {
  return std::visit(
      Overloaded{
          [&](const NoStdin&) { return command + " </dev/null"; },
          [&](const InheritedStdin&) { return command; },
          [&](const StdinText& text) { return "printf %s " + quote(text.bytes) + " | " + command; },
          [&](const StdinFile& file) { return command + " <" + quote(file.path); },
          [&](const StdinBlock& part) { return cut_out(*part.block, quote) + " | " + command; },
      },
      input);
}

}  // namespace

std::string pasteable(const JobRecord& record, ShellQuote quote) {
  const JobSpec& spec = record.spec;
  const std::string command = environment(spec.env, quote) + shell_join(record.argv, quote);
  const bool is_plain = std::holds_alternative<NoStdin>(spec.input);
  if (spec.cwd.empty()) return is_plain ? command : with_stdin(spec.input, command, quote);
  // Files are relative to the caller's directory, so standard input is opened outside.
  const std::string inside = "(cd " + quote(spec.cwd) + " && " + command + ")";
  return is_plain ? inside : with_stdin(spec.input, inside, quote);
}

DryRunSink::DryRunSink(ByteWriter& writer, BlobStore& waiting, ShellQuote quote, When when)
    : writer_(writer),
      quote_(quote),
      when_(when),
      in_order_(waiting, [this](Passage passage) { return write(std::move(passage.out)); }),
      shelf_(waiting) {}

Result<void> DryRunSink::on(const Event& event) {
  if (const auto* job = std::get_if<JobFinished>(&event)) {
    if (is_cut_short_ && when_ == When::all_or_none) return {};
    return in_order_.put(job->record.spec.index, {Rope(pasteable(job->record, quote_) + "\n"), {}});
  }
  is_cut_short_ = is_cut_short_ || std::holds_alternative<RunCancelling>(event);
  if (!std::holds_alternative<RunFinished>(event) || is_cut_short_) return {};
  return writer_.write(std::move(held_));
}

Result<void> DryRunSink::write(Rope line) {
  if (when_ == When::at_once) return writer_.write(std::move(line));
  if (Result<void> aside =
          line.set_aside([this](std::string_view text) { return shelf_.put(text); });
      !aside) {
    return aside;
  }
  held_.append(std::move(line));
  return {};
}

}  // namespace fanout
