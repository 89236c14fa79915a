#include "report/json_sinks.hpp"

#include <utility>

#include "fanout/base/json_text.hpp"
#include "fanout/base/overloaded.hpp"
#include "report/object_writer.hpp"
#include "report/record_json.hpp"

namespace fanout {
namespace {

void append_name(std::string& out, const JobSpec& spec) {
  append_json_string(out, spec.name.value_or(""));
  out += ':';
}

void append_run(std::string& out, const RunInfo& info) {
  ObjectWriter run(out);
  if (info.handle) {
    run.string("handle", *info.handle);
  } else {
    run.null("handle");
  }
  run.string("started_at", format_wall_time(info.clock.wall_start));
  append_json_words(run.member("command_line"), info.command_line);
  run.json("settings", info.settings_json);
  run.finish();
}

const auto kNothing = []() -> Result<void> { return {}; };

}  // namespace

JsonSink::JsonSink(ByteWriter& writer, RunInfo info, Order order, BlobStore& waiting)
    : writer_(writer),
      info_(std::move(info)),
      order_(order, waiting,
             [this](Passage passage) { return writer_.write(std::move(passage.out)); }),
      succeeded_(info_.is_named),
      failed_(info_.is_named),
      aborted_(info_.is_named) {}

Result<void> JsonSink::on(const Event& event) {
  return std::visit(Overloaded{
                        [&](const RunStarted&) { return begin(); },
                        [&](const JobStarted&) { return kNothing(); },
                        [&](const JobPostponed&) { return kNothing(); },
                        [&](const JobRetrying&) { return kNothing(); },
                        [&](const JobFinished& finished) { return add(finished.record); },
                        [&](const WorkersReduced&) { return kNothing(); },
                        [&](const RunStatus&) { return kNothing(); },
                        [&](const RunCancelling&) { return kNothing(); },
                        [&](const RunFinished& finished) { return end(finished.summary); },
                    },
                    event);
}

Result<void> JsonSink::begin() {
  std::string out = "{\"fanout\":1,\n\"run\":";
  append_run(out, info_);
  out += ",\n\"results\":";
  out += info_.is_named ? '{' : '[';
  return writer_.write(out);
}

Result<void> JsonSink::add(const JobRecord& record) {
  switch (status_of(record.outcome)) {
    case Status::succeeded: succeeded_.add(record.spec); break;
    case Status::failed: failed_.add(record.spec); break;
    case Status::aborted: aborted_.add(record.spec); break;
  }
  Rope text(order_.is_first(record.spec.index) ? "\n" : ",\n");
  if (info_.is_named) append_name(text.text(), record.spec);
  if (Result<void> done = append_record(text, record, info_.clock); !done) return done;
  return order_.put(record.spec.index, {std::move(text), {}});
}

Result<void> JsonSink::end(const Summary& summary) {
  std::string out = order_.has_passages() ? "\n" : "";
  out += info_.is_named ? "},\n" : "],\n";
  out += "\"failures\":";
  out += summary.succeeded < summary.jobs ? "true" : "false";
  succeeded_.append_to(out += ",\n\"succeeded\":");
  failed_.append_to(out += ",\n\"failed\":");
  aborted_.append_to(out += ",\n\"aborted\":");
  append_summary(out += ",\n\"summary\":", summary);
  out += "}\n";
  return writer_.write(out);
}

JsonLinesSink::JsonLinesSink(ByteWriter& writer, RunInfo info, Order order, BlobStore& waiting)
    : writer_(writer), info_(std::move(info)), order_(order, waiting, [this](Passage passage) {
        return writer_.write(std::move(passage.out));
      }) {}

Result<void> JsonLinesSink::on(const Event& event) {
  if (const auto* job = std::get_if<JobFinished>(&event)) {
    Rope line;
    if (Result<void> done = append_record(line, job->record, info_.clock); !done) return done;
    line.text() += '\n';
    return order_.put(job->record.spec.index, {std::move(line), {}});
  }
  if (const auto* end = std::get_if<RunFinished>(&event)) {
    std::string line;
    append_summary(line += "{\"fanout\":1,\"summary\":", end->summary);
    return writer_.write(line += "}\n");
  }
  return {};
}

ValuesSink::ValuesSink(ByteWriter& writer, RunInfo info, Order order, BlobStore& waiting,
                       std::string replacement)
    : writer_(writer),
      info_(std::move(info)),
      order_(order, waiting,
             [this](Passage passage) { return writer_.write(std::move(passage.out)); }),
      replacement_(std::move(replacement)) {}

Result<void> ValuesSink::on(const Event& event) {
  return std::visit(
      Overloaded{
          [&](const RunStarted&) { return writer_.write(info_.is_named ? "{" : "["); },
          [&](const JobStarted&) { return kNothing(); },
          [&](const JobPostponed&) { return kNothing(); },
          [&](const JobRetrying&) { return kNothing(); },
          [&](const JobFinished& finished) { return add(finished.record); },
          [&](const WorkersReduced&) { return kNothing(); },
          [&](const RunStatus&) { return kNothing(); },
          [&](const RunCancelling&) { return kNothing(); },
          [&](const RunFinished&) { return writer_.write(info_.is_named ? "}\n" : "]\n"); },
      },
      event);
}

Result<void> ValuesSink::add(const JobRecord& record) {
  Rope text(order_.is_first(record.spec.index) ? "" : ",");
  if (info_.is_named) append_name(text.text(), record.spec);
  if (Result<void> done = append_value(text, record, replacement_); !done) return done;
  return order_.put(record.spec.index, {std::move(text), {}});
}

}  // namespace fanout
