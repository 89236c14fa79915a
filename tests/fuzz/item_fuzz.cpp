// The items of map, from a stream: the same at once and in pieces, and as a simple cut gives them.
// With columns and JSON: what is taken is taken whole, and CSV that is written is read back.
#include <algorithm>
#include <variant>

#include "fuzz/fuzz_input.hpp"
#include "fuzz/piece_source.hpp"
#include "manifest/item_jobs.hpp"
#include "manifest/line_rows.hpp"
#include "manifest/named_rows.hpp"

namespace fanout::fuzz {
namespace {

struct Chosen {
  ItemOptions read;
  ItemBatch batch;
  bool has_header = false;
};

Chosen options_of(unsigned char chooser, char delimiter, unsigned char form) {
  Chosen chosen;
  ItemOptions& read = chosen.read;
  if ((chooser & 1) != 0) {  // -d or -0
    read.delimiter = delimiter;
    read.bytes = LineReader::Bytes::exact;
    read.blank_items = ItemOptions::BlankItems::keep;
  }
  if ((chooser & 2) != 0) read.blank_items = ItemOptions::BlankItems::keep;
  chosen.batch.rows = 1 + chooser / 4 % 4;
  switch (form % 4) {
    case 0: break;
    case 1: read.form = {ItemForm::Kind::separated, form % 8 == 1 ? "," : "::"}; break;
    case 2: read.form = {ItemForm::Kind::csv, {}}; break;
    case 3: read.form = {ItemForm::Kind::json, {}}; break;
  }
  chosen.has_header = form % 4 != 3 && (chooser & 64) != 0;
  return chosen;
}

struct Told {
  std::vector<std::vector<std::string>> jobs;
  std::string error;

  bool operator==(const Told&) const = default;
};

std::unique_ptr<JobSource> open(std::string_view text, const Chosen& chosen,
                                const std::string& sizes) {
  std::unique_ptr<RowSource> rows = std::make_unique<LineRows>(
      std::make_unique<PieceSource>(text, sizes, std::make_shared<bool>(true)), "m", chosen.read);
  if (chosen.has_header) rows = std::make_unique<NamedRows>(std::move(rows));
  JobSpec prototype;
  prototype.text = std::make_shared<const CommandText>();
  return std::make_unique<ItemJobs>(std::move(rows), chosen.batch, std::move(prototype));
}

Told tell(std::string_view text, const Chosen& chosen, const std::string& sizes) {
  const std::unique_ptr<JobSource> source = open(text, chosen, sizes);
  Told told;
  for (;;) {
    const NextJob next = source->next();
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
    must(job.origin.file != nullptr && job.origin.line > 0, "a job has its place", {text});
    if (chosen.has_header) {
      must(job.args.size() % job.text->params.size() == 0, "a row is as wide as the header",
           {text});
    }
    std::vector<std::string>& items = told.jobs.emplace_back();
    for (const Value& arg : job.args) items.push_back(to_word(arg));
    for (const auto& [key, value] : job.kwargs) items.push_back(key + "=" + to_word(value));
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

void check(const Told& told, const Chosen& chosen, std::string_view text) {
  std::vector<std::string> items;
  for (const auto& job : told.jobs) {
    must(job.size() == chosen.batch.rows || &job == &told.jobs.back(),
         "only the last command gets fewer items", {text});
    items.insert(items.end(), job.begin(), job.end());
  }
  must(items == expected_items(text, chosen.read), "items are what stands between delimiters",
       {text});
}

/// The text cut at commas and newlines, as CSV with every field in quotes: read back as it was.
void check_csv_written(std::string_view text) {
  std::string csv;
  std::vector<std::vector<std::string>> records(1, {""});
  for (const char c : text) {
    if (c == '\0') continue;
    if (c == ';') records.back().emplace_back();
    if (c == '|') records.push_back({""});
    if (c != ';' && c != '|') records.back().back() += c;
  }
  for (const auto& record : records) {
    for (const std::string& field : record) {
      csv += &field == &record.front() ? "\"" : ",\"";
      for (const char c : field) csv.append(c == '"' ? 2 : 1, c);
      csv += '"';
    }
    csv += "\r\n";
  }
  Chosen chosen;
  chosen.read.form.kind = ItemForm::Kind::csv;
  const Told told = tell(csv, chosen, {});
  must(told.error.empty() && told.jobs == records, "CSV that is written is read back", {csv});
}

}  // namespace
}  // namespace fanout::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanout::fuzz;
  Input input(data, size);
  const unsigned char chooser = input.byte();
  const char delimiter = static_cast<char>(input.byte());
  const std::string sizes = {static_cast<char>(input.byte()), 1, static_cast<char>(chooser)};
  const auto chosen = options_of(chooser, delimiter, input.byte());
  const Told at_once = tell(input.rest(), chosen, {});
  const bool is_plain = chosen.read.form.kind == fanout::ItemForm::Kind::whole;
  if (is_plain && !chosen.has_header) check(at_once, chosen, input.rest());
  must(tell(input.rest(), chosen, sizes) == at_once, "a stream in pieces is the same",
       {input.rest()});
  check_csv_written(input.rest());
  return 0;
}
