#include "xargs/command_packer.hpp"

#include <iterator>
#include <utility>
#include <variant>

#include "fanout/base/overloaded.hpp"
#include "xargs/replacement.hpp"
#include "xargs/shell_words.hpp"

namespace fanout {
namespace {

/// Beside words that take so much with their NULs.
std::uint64_t longest_item(std::uint64_t max_chars, std::uint64_t taken) {
  return max_chars > taken + 1 ? max_chars - taken - 1 : 0;
}

std::uint64_t longest_item(const XargsOptions& options) {
  std::uint64_t taken = 0;
  if (!options.replace) {
    for (const std::string& word : options.command) taken += word.size() + 1;
  }
  return longest_item(options.max_chars, taken);
}

ItemSyntax syntax_of(const XargsOptions& options) {
  ItemSyntax syntax;
  if (options.replace) syntax.form = ItemSyntax::Form::lines;
  if (options.delimiter) {
    syntax.form = ItemSyntax::Form::delimited;
    syntax.delimiter = *options.delimiter;
  }
  syntax.end_word = options.end_word;
  syntax.longest = longest_item(options);
  return syntax;
}

}  // namespace

CommandPacker::CommandPacker(const XargsOptions& options, const ArgumentSpace& space,
                             std::unique_ptr<ByteSource> input, XargsNotes& notes,
                             Approval* approval)
    : options_(options),
      notes_(notes),
      approval_(approval),
      reader_(std::move(input), syntax_of(options), notes),
      size_(options.max_chars, space) {}

NextJob CommandPacker::next() {
  for (;;) {
    if (is_held_) return NotYet{};
    read_ahead();
    if (waiting_.empty()) return is_ended_ ? NextJob(EndOfJobs{}) : NotYet{};
    const Approval::Answer answer = approve(waiting_.front());
    if (answer == Approval::Answer::not_yet) return NotYet{};
    is_shown_ = false;
    if (answer == Approval::Answer::failed) {
      has_failed_ = true;
      end();
      continue;
    }
    Words argv = std::move(waiting_.front());
    waiting_.pop_front();
    if (answer == Approval::Answer::yes) return job_of(std::move(argv));
  }
}

void CommandPacker::stop_reading() {
  end();
}

void CommandPacker::end() {
  is_ended_ = true;
  waiting_.clear();
  reader_.stop();
}

void CommandPacker::read_ahead() {
  if (is_held_ || !begin()) return;
  while (waiting_.empty() && !is_ended_) {
    if (advance() == Progress::starved) return;
  }
}

/// The words that every command has must fit.
bool CommandPacker::begin() {
  if (std::exchange(has_begun_, true)) return true;
  if (!options_.replace) {
    for (const std::string& word : options_.command) {
      if (!size_.allows(word.size())) {
        fail("cannot fit single argument within argument list size limit");
        return false;
      }
      size_.add(word.size());
    }
  }
  start_command();
  return true;
}

CommandPacker::Progress CommandPacker::advance() {
  if (last_words_) {
    fail(*last_words_);
    return Progress::more;
  }
  Progress progress = Progress::more;
  std::visit(Overloaded{
                 [&](const ItemReader::Item& item) { take(item); },
                 [&](const NotYet&) { progress = Progress::starved; },
                 [&](const ItemReader::EndOfItems&) { finish_input(); },
                 [&](const Error& error) { finish_bad_input(error.message); },
             },
             reader_.next());
  return progress;
}

void CommandPacker::take(const ItemReader::Item& item) {
  if (options_.replace) return insert(item);
  append(item);
  if (is_ended_ || !item.ends_line || options_.max_lines == 0) return;
  if (++lines_ < options_.max_lines) return;
  lines_ = 0;
  emit();
}

void CommandPacker::append(const ItemReader::Item& item) {
  if (!size_.allows(item.size)) {
    if (!has_items()) {
      return fail("cannot fit single argument within argument list size limit");
    }
    if (exits_when_too_large()) return fail("argument list too long");
    emit();
  } else if (has_items() && !size_.fits_kernel(item.size)) {
    emit();
  }
  words_.emplace_back(item.text);
  size_.add(item.size);
  if (words_.size() - options_.command.size() == options_.max_args) emit();
}

bool CommandPacker::exits_when_too_large() const {
  return options_.max_lines > 0 || (options_.exits_when_too_large && options_.max_args > 0);
}

void CommandPacker::insert(const ItemReader::Item& item) {
  Words argv = {options_.command.front()};
  size_.clear();
  if (!size_.allows(argv.front().size())) {
    return fail("cannot fit single argument within argument list size limit");
  }
  size_.add(argv.front().size());
  // GNU xargs knows the command only once it has made the first one.
  reader_.set_longest(longest_item(options_.max_chars, size_.chars()));
  for (std::size_t i = 1; i < options_.command.size(); ++i) {
    auto replaced = replace_all(options_.command[i], *options_.replace, item, options_.max_chars);
    if (!replaced) return fail("command too long");
    if (!size_.allows(replaced->size)) return fail("argument list too long");
    size_.add(replaced->size);
    argv.push_back(std::move(replaced->text));
  }
  words_ = std::move(argv);
  emit();
}

void CommandPacker::finish_input() {
  is_ended_ = true;
  const bool is_empty_run = given_ == 0 && options_.runs_without_items && !options_.replace;
  if (has_items() || is_empty_run) emit();
}

void CommandPacker::emit() {
  waiting_.push_back(std::exchange(words_, {}));
  start_command();
}

void CommandPacker::start_command() {
  if (options_.replace) return;
  words_ = options_.command;
  size_.clear();
  for (const std::string& word : words_) size_.add(word.size());
}

/// The items before it are good, and it is told of when their command runs.
void CommandPacker::finish_bad_input(const std::string& message) {
  last_words_ = message;
  const bool is_all_or_nothing = options_.max_lines > 0 || options_.exits_when_too_large;
  if (has_items() && !is_all_or_nothing) emit();
}

void CommandPacker::fail(const std::string& message) {
  notes_.say(message);
  has_failed_ = is_ended_ = true;
}

Approval::Answer CommandPacker::approve(const Words& argv) {
  if (!std::exchange(is_shown_, true) && options_.is_verbose) {
    Result<void> shown = notes_.show(xargs_words(argv) + (options_.asks ? "" : "\n"));
    if (!shown) {
      show_failure_ = std::move(shown).error();
      return Approval::Answer::failed;
    }
  }
  return options_.asks ? approval_->ask() : Approval::Answer::yes;
}

JobSpec CommandPacker::job_of(Words argv) {
  JobSpec job;
  job.index.value = given_++;
  job.command.argv = std::move(argv);
  const bool leaves_stdin = options_.has_arg_file && options_.arg_file != "-";
  if (leaves_stdin) job.input = InheritedStdin{};
  if (options_.opens_terminal) job.input = StdinFile{"/dev/tty"};
  return job;
}

}  // namespace fanout
