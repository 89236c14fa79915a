// The items of map, from a stream: the same at once and in pieces, and as a simple cut gives them.
#include <variant>

#include "fuzz/fuzz_input.hpp"
#include "fuzz/piece_source.hpp"
#include "manifest/item_source.hpp"

namespace fanout::fuzz {
namespace {

ItemOptions options_of(unsigned char chooser, char delimiter) {
  ItemOptions options;
  if ((chooser & 1) != 0) {  // -d or -0
    options.delimiter = delimiter;
    options.bytes = LineReader::Bytes::exact;
    options.blank_items = ItemOptions::BlankItems::keep;
  }
  if ((chooser & 2) != 0) options.blank_items = ItemOptions::BlankItems::keep;
  options.per_command = 1 + chooser / 4 % 4;
  return options;
}

struct Told {
  std::vector<std::vector<std::string>> jobs;
  std::string error;

  bool operator==(const Told&) const = default;
};

Told tell(std::string_view text, const ItemOptions& options, const std::string& sizes) {
  ItemSource source(std::make_unique<PieceSource>(text, sizes, std::make_shared<bool>(true)), "m",
                    options, {});
  Told told;
  for (;;) {
    const NextJob next = source.next();
    if (std::holds_alternative<NotYet>(next)) continue;
    if (std::holds_alternative<EndOfJobs>(next)) return told;
    if (const auto* error = std::get_if<Error>(&next)) {
      must(error->kind == ErrorKind::usage, "a bad item is the user's mistake", {error->message});
      must(sanitize(error->message) == error->message, "an error is safe", {error->message});
      told.error = error->message;
      return told;
    }
    const JobSpec& job = std::get<JobSpec>(next);
    must(job.index.value == told.jobs.size(), "jobs are counted from 0", {text});
    std::vector<std::string>& items = told.jobs.emplace_back();
    for (const Value& arg : job.args) items.push_back(arg.text);
  }
}

/// The items as the manual describes them, up to the first that has a NUL.
std::vector<std::string> expected_items(std::string_view text, const ItemOptions& options) {
  const bool is_text = options.bytes == LineReader::Bytes::text;
  const std::string_view mark = "\xEF\xBB\xBF";
  if (is_text && text.starts_with(mark)) text.remove_prefix(mark.size());
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t end = text.find(options.delimiter);
    std::string_view item = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (is_text && end != std::string_view::npos && item.ends_with('\r')) item.remove_suffix(1);
    if (item.find('\0') != item.npos) return items;
    const bool is_blank = item.find_first_not_of(" \t\r") == item.npos;
    if (!is_blank || options.blank_items == ItemOptions::BlankItems::keep) items.emplace_back(item);
  }
  return items;
}

void check(const Told& told, const ItemOptions& options, std::string_view text) {
  std::vector<std::string> items;
  for (const auto& job : told.jobs) {
    must(job.size() == options.per_command || (&job == &told.jobs.back() && told.error.empty()),
         "only the last command gets fewer items", {text});
    items.insert(items.end(), job.begin(), job.end());
  }
  std::vector<std::string> expected = expected_items(text, options);
  // What was collected for a command that an error prevented is lost with it.
  if (!told.error.empty()) expected.resize(items.size());
  must(items == expected, "items are what stands between delimiters", {text});
}

}  // namespace
}  // namespace fanout::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanout::fuzz;
  Input input(data, size);
  const unsigned char chooser = input.byte();
  const auto options = options_of(chooser, static_cast<char>(input.byte()));
  const std::string sizes = {static_cast<char>(input.byte()), 1, static_cast<char>(chooser)};
  const Told at_once = tell(input.rest(), options, {});
  check(at_once, options, input.rest());
  must(tell(input.rest(), options, sizes) == at_once, "a stream in pieces is the same",
       {input.rest()});
  return 0;
}
