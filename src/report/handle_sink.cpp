#include "report/handle_sink.hpp"

#include <utility>

#include "fanout/base/json_text.hpp"
#include "fanout/base/text.hpp"
#include "report/record_json.hpp"

namespace fanout {
namespace {

void append_array(std::string& out, const std::vector<Value>& values) {
  const char* before = "[";
  for (const Value& value : values) append_json(out += std::exchange(before, ","), value);
  out += ']';
}

void append_object(std::string& out, const Kwargs& kwargs) {
  const char* before = "{";
  for (const auto& [key, value] : kwargs) {
    append_json_string(out += std::exchange(before, ","), key);
    append_json(out += ':', value);
  }
  out += '}';
}

/// What the caller knows the job by.
void append_target(std::string& out, const JobRecord& record) {
  const JobSpec& spec = record.spec;
  if (spec.name) {
    append_json_word(out, *spec.name);
  } else if (std::holds_alternative<StdinBlock>(spec.input)) {
    out += std::to_string(spec.index.value);  // all have the same command
  } else if (spec.args.size() == 1) {
    append_json(out, spec.args.front());
  } else if (!spec.args.empty()) {
    append_array(out, spec.args);
  } else if (!spec.kwargs.empty()) {
    append_object(out, spec.kwargs);
  } else {
    append_json_words(out, record.argv);
  }
}

/// The last line of a text that is not blank: where most programs say what went wrong.
std::string_view last_line(std::string_view text) {
  while (!text.empty()) {
    const std::size_t newline = text.rfind('\n');
    const std::string_view line = text.substr(newline == text.npos ? 0 : newline + 1);
    if (line.find_first_not_of(" \t\r") != line.npos) return line;
    text = text.substr(0, newline == text.npos ? 0 : newline);
  }
  return text;
}

Result<std::string> exception_text(const JobRecord& record) {
  constexpr std::uint64_t kTail = 2048;
  const Result<std::string> tail = record.err.tail(kTail);
  if (!tail) return tail.error();
  const std::string_view line = last_line(*tail);
  std::string text = describe(record.outcome);
  if (!line.empty()) text += ": " + std::string(line);
  return sanitize(text);
}

}  // namespace

Result<void> HandleSink::Entries::add(Rope entry) {
  if (text_->size() > 0) {
    if (Result<void> done = text_->append(","); !done) return done;
  }
  RopeReader reader(std::move(entry));
  while (true) {
    const Result<std::string_view> chunk = reader.next();
    if (!chunk) return chunk.error();
    if (chunk->empty()) return {};
    if (Result<void> done = text_->append(*chunk); !done) return done;
  }
}

HandleSink::HandleSink(ByteWriter& writer, BlobStore& waiting)
    : writer_(writer), exception_(waiting), aborted_(waiting), returned_(waiting) {}

Result<void> HandleSink::on(const Event& event) {
  if (const auto* job = std::get_if<JobFinished>(&event)) return add(job->record);
  return std::holds_alternative<RunFinished>(event) ? write() : Result<void>();
}

Result<void> HandleSink::add(const JobRecord& record) {
  switch (status_of(record.outcome)) {
    case Status::succeeded: return add_returned(record);
    case Status::failed: return add_exception(record);
    case Status::aborted: break;
  }
  Rope target;
  append_target(target.text(), record);
  return aborted_.add(std::move(target));
}

Result<void> HandleSink::add_returned(const JobRecord& record) {
  Rope entry("[");
  append_target(entry.text(), record);
  entry.text() += ',';
  if (Result<void> done = append_value(entry, record, {}); !done) return done;
  entry.text() += ']';
  return returned_.add(std::move(entry));
}

Result<void> HandleSink::add_exception(const JobRecord& record) {
  const Result<std::string> text = exception_text(record);
  if (!text) return text.error();
  Rope entry("[");
  append_target(entry.text(), record);
  append_json_string(entry.text() += ',', *text);
  entry.text() += ']';
  return exception_.add(std::move(entry));
}

Result<void> HandleSink::write() {
  Rope text("{\"exception\":[");
  text.refer_to(exception_.slice());
  text.text() += "],\n\"aborted\":[";
  text.refer_to(aborted_.slice());
  text.text() += "],\n\"returned\":[";
  text.refer_to(returned_.slice());
  text.text() += "]}\n";
  return writer_.write(std::move(text));
}

}  // namespace fanout
