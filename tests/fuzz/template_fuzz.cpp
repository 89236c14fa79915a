// Templates with hostile values. What a value does to a command is compared with what a harmless
// one does that stands in its place: they differ in nothing but their own literal characters.
#include <memory>
#include <utility>

#include "expand/template.hpp"
#include "fuzz/fuzz_input.hpp"
#include "fuzz/shell_reader.hpp"

namespace fanout::fuzz {
namespace {

constexpr std::string_view kStandIn = "zQ";

struct Job {
  CommandText text;
  std::vector<Value> args;
  Kwargs own;
};

/// `KEY=A,B` is a list, `KEY` alone is true.
void set(Kwargs& kwargs, std::string_view entry) {
  const std::size_t equals = entry.find('=');
  const std::string key(entry.substr(0, equals));
  if (key.empty()) return;
  if (equals == entry.npos) return kwargs.set(key, {Value::Kind::boolean, "true", {}});
  std::string_view value = entry.substr(equals + 1);
  if (value.find(',') == value.npos) return kwargs.set(key, Value::of_string(std::string(value)));
  Value list{Value::Kind::array, "", {}};
  for (;;) {
    const std::size_t comma = value.find(',');
    list.items.push_back(Value::of_string(std::string(value.substr(0, comma))));
    if (comma == value.npos) return kwargs.set(key, list);
    value.remove_prefix(comma + 1);
  }
}

/// A field says with its first character what it is; anything else is an argument.
void add_field(Job& job, std::string_view field) {
  const char kind = field.empty() ? '\0' : field.front();
  const std::string_view rest = field.substr(field.empty() ? 0 : 1);
  switch (kind) {
    case '=': return set(job.own, rest);
    case '+': return set(job.text.extras, rest);
    case ':': return set(job.text.defaults, rest);
    case '?': job.text.params.emplace_back(rest); return;
    case '>': job.text.extra_args.emplace_back(rest); return;
    case 'a': job.args.push_back(Value::of_string(std::string(rest))); return;
    default: job.args.push_back(Value::of_string(std::string(field)));
  }
}

/// A line, or words with newlines between them; then arguments.
Job job_of(Input input) {
  const unsigned char chooser = input.byte();
  const std::vector<std::string_view> fields = input.fields();
  Job job;
  job.text.placeholders = (chooser & 2) == 0;
  if ((chooser & 4) != 0) job.text.all_token = "@@";
  if ((chooser & 8) != 0) job.text.rest = CommandText::Rest::appended_if_none_is_used;
  if ((chooser & 16) != 0) job.text.row_size = 2;
  if ((chooser & 1) == 0) {
    job.text.form = CommandText::Form::line;
    job.text.shell = CommandText::Shell::always;
    job.text.words.emplace_back(fields.front());
  } else {
    std::string_view rest = fields.front();
    for (std::size_t end = 0; end != rest.npos;
         rest.remove_prefix(std::min(end, rest.size() - 1) + 1)) {
      end = rest.find('\n');
      job.text.words.emplace_back(rest.substr(0, end));
      if (end == rest.npos) break;
    }
  }
  for (std::size_t i = 1; i < fields.size(); ++i) add_field(job, fields[i]);
  if (job.text.row_size != 0)
    job.args.resize(job.args.size() / job.text.row_size * job.text.row_size);
  return job;
}

/// Values and what stands in for them.
class StandIns {
 public:
  Job replace_in(Job job) {
    for (Value& arg : job.args) replace(arg.text);
    for (Kwargs* kwargs : {&job.own, &job.text.extras, &job.text.defaults}) replace(*kwargs);
    for (std::string& word : job.text.extra_args) replace(word);
    return job;
  }

  /// The values again, wherever something stands in for them.
  template <typename Text>
  Text put_back(const Text& text, Text (*widened)(std::string_view)) const {
    const Text mark = widened(kStandIn);
    Text out;
    std::size_t from = 0;
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, from)) {
      const auto digit = [&](std::size_t i) {
        return static_cast<std::size_t>(text[at + mark.size() + i] - '0');
      };
      out += text.substr(from, at - from);
      out += widened(values_.at(digit(0) * 100 + digit(1) * 10 + digit(2)));
      from = at + mark.size() + 3;
    }
    return out + text.substr(from);
  }

  bool is_possible() const { return values_.size() <= 1000; }

 private:
  void replace(std::string& value) {
    std::string number = std::to_string(1000 + values_.size());
    values_.push_back(std::exchange(value, std::string(kStandIn) + number.substr(1)));
  }
  void replace(Kwargs& kwargs) {
    Kwargs replaced;
    for (auto [key, value] : kwargs) {
      for (Value& item : value.items) replace(item.text);
      if (value.kind == Value::Kind::string) replace(value.text);
      replaced.set(key, value);
    }
    kwargs = replaced;
  }

  std::vector<std::string> values_;
};

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

void tame(Value& value) {
  for (Value& item : value.items) tame(item);
  if (value.kind != Value::Kind::string) return;
  for (char& c : value.text) {
    if (c == '/' || c == '.') c = '_';
  }
}

void tame(Kwargs& kwargs) {
  Kwargs tamed;
  for (auto [key, value] : kwargs) {
    tame(value);
    tamed.set(key, value);
  }
  kwargs = tamed;
}

/// Path parts cannot be told of something that stands in: values are made such that they are all
/// the same, but for the directory.
bool tame_path_parts(Job& job) {
  bool has_path_parts = false;
  for (const std::string& word : job.text.words) {
    if (has(word, "//}") || has(word, kStandIn)) return false;
    has_path_parts |= has(word, "/}") || has(word, ".}");
  }
  for (const Kwargs* kwargs : {&job.own, &job.text.extras, &job.text.defaults}) {
    for (const auto& [key, value] : *kwargs) {
      if (has(key, kStandIn)) return false;
    }
  }
  if (!has_path_parts) return true;
  for (Value& arg : job.args) tame(arg);
  for (Kwargs* kwargs : {&job.own, &job.text.extras, &job.text.defaults}) tame(*kwargs);
  return true;
}

bool is_item_itself(const CommandText& text) {
  if (text.form != CommandText::Form::line || !text.placeholders) return false;
  const std::string& line = text.words.front();
  const std::size_t begin = line.find_first_not_of(" \t\n");
  if (begin == line.npos) return false;
  return line.substr(begin, line.find_last_not_of(" \t\n") + 1 - begin) == text.all_token;
}

Result<std::vector<std::string>> expand(const Job& job) {
  constexpr SlotNumber kSlot{3};
  auto made = Template::parse(std::make_shared<const CommandText>(job.text));
  if (!made) return made.error();
  auto merged = made->merge(job.args, job.own);
  if (!merged) return merged.error();
  auto command = made->expand(job.args, *merged, 1, [](std::string_view) { return true; });
  if (!command) return command.error();
  return argv_in_slot(*command, kSlot);
}

std::string same(std::string_view text) {
  return std::string(text);
}

void check_words(const std::vector<std::string>& words, const std::vector<std::string>& harmless,
                 const StandIns& stand_ins) {
  must(words.size() == harmless.size(), "a value is one word", {shell_join(words)});
  for (std::size_t i = 0; i < words.size(); ++i) {
    must(stand_ins.put_back<std::string>(harmless[i], same) == words[i], "a value is its bytes",
         {words[i], harmless[i]});
  }
}

void check_line(const std::string& line, const std::string& harmless, const StandIns& stand_ins) {
  must(!line.starts_with('-') && !line.starts_with('+'), "a line is no option", {line});
  const auto expected = ShellReader::read(harmless);
  if (!expected) return;
  const auto found = ShellReader::read(line);
  must(found.has_value(), "a value changes nothing around it", {line, harmless});
  must(stand_ins.put_back<Reading>(*expected, literal) == *found, "a value stays in its quotes",
       {line, harmless});
}

/// A line that runs without a shell is the words that a shell would have read.
void check_without_shell(Job job, const std::vector<std::string>& through_shell) {
  job.text.shell = CommandText::Shell::when_needed;
  const auto words = expand(job);
  must(static_cast<bool>(words), "with or without a shell", {through_shell.back()});
  if (*words == through_shell) return;
  Reading expected;
  for (const std::string& word : *words) {
    expected += static_cast<char16_t>(Mark::word);
    expected += literal(word);
  }
  const auto read = ShellReader::read(through_shell.back());
  must(read && read->front() == expected.front() && as_argument(*read) == expected,
       "no shell would read it otherwise", {through_shell.back(), shell_join(*words)});
}

void check(Job job) {
  const auto words = expand(job);
  if (!words) {
    const std::string& message = words.error().message;
    must(sanitize(message) == message, "an error is safe to show", {message});
    return;
  }
  for (const std::string& word : *words) {
    must(word.find('\0') == word.npos, "no word has a NUL", {word});
  }
  if (is_item_itself(job.text)) return;
  const bool is_line = job.text.form == CommandText::Form::line;
  if (is_line) check_without_shell(job, *words);

  StandIns stand_ins;
  const Job harmless_job = stand_ins.replace_in(job);
  if (!stand_ins.is_possible()) return;
  const auto harmless = expand(harmless_job);
  must(static_cast<bool>(harmless), "harmless values do no harm", {shell_join(*words)});
  if (is_line) return check_line(words->back(), harmless->back(), stand_ins);
  check_words(*words, *harmless, stand_ins);
}

}  // namespace
}  // namespace fanout::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanout::fuzz;
  Job job = job_of(Input(data, size));
  if (tame_path_parts(job)) check(std::move(job));
  return 0;
}
