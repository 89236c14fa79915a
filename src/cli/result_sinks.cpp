#include "cli/result_sinks.hpp"

#include <utility>

#include "cli/line_outlets.hpp"
#include "fanout/base/text.hpp"
#include "os/standard_streams.hpp"
#include "os/terminal.hpp"
#include "report/dry_run_sink.hpp"
#include "report/json_sinks.hpp"
#include "report/line_sink.hpp"
#include "report/text_sink.hpp"

namespace fanout {
namespace {

std::unique_ptr<Sink> dry_run_sink(const RunRequest& request, ByteWriter& out, BlobStore& waiting) {
  const ShellQuote quote = is_terminal(kStandardOutput) ? shell_quote_visibly : shell_quote;
  using When = DryRunSink::When;
  return std::make_unique<DryRunSink>(out, waiting, quote,
                                      request.is_checked ? When::at_once : When::all_or_none);
}

/// Whether what a job says can be passed on as it comes: nobody else says anything, and all of it
/// is wanted as it is.
bool can_pass_on(const RunRequest& request, std::uint32_t workers, const TextStreams& text) {
  const Settings& settings = request.settings;
  const bool is_all_wanted = settings.parse == Parse::text && !settings.capture;
  const OutputOptions& shown = request.shown;
  return workers == 1 && !request.workers_file && is_all_wanted && !shown.has_tags() &&
         !shown.results && !request.journal && text.is_out_exact();
}

std::unique_ptr<Sink> line_sink(const RunRequest& request, const ResultParts& parts,
                                Outlets& outlets) {
  auto sink = std::make_unique<LineSink>(parts.text.out(), parts.text.err(),
                                         LineStores{parts.outputs, parts.waiting, parts.is_full},
                                         tag_of(request.shown));
  const auto copy = to_keep(request) == 0 ? LineOutlets::Copy::none : LineOutlets::Copy::kept;
  outlets.of_attempt = [&to = *sink, tag = tag_of(request.shown), copy](const StartAttempt& order) {
    return std::make_unique<LineOutlets>(to, encoding_of(tag, order), copy);
  };
  return sink;
}

std::unique_ptr<Sink> text_sink(const RunRequest& request, std::uint32_t workers,
                                const ResultParts& parts, Outlets& outlets) {
  if (request.shown.delivery == Delivery::live) return nullptr;
  if (request.shown.delivery == Delivery::lines) return line_sink(request, parts, outlets);
  auto sink = std::make_unique<TextSink>(parts.text.out(), parts.text.err(), request.settings.order,
                                         parts.waiting, tag_of(request.shown));
  if (can_pass_on(request, workers, parts.text)) outlets.outlet = {&sink->out(), parts.is_full};
  return sink;
}

}  // namespace

std::optional<std::uint64_t> to_keep(const RunRequest& request) {
  const Settings& settings = request.settings;
  const bool is_written_at_end =
      settings.output != OutputForm::none && request.shown.delivery == Delivery::jobs;
  const bool is_recorded = request.journal && request.shown.delivery != Delivery::live;
  const bool is_wanted = is_written_at_end || settings.parse != Parse::text ||
                         request.shown.results.has_value() || is_recorded;
  return is_wanted ? settings.capture : 0;
}

std::unique_ptr<Sink> result_sink(const RunRequest& request, RunInfo info, std::uint32_t workers,
                                  const ResultParts& parts, Outlets& outlets) {
  const Settings& settings = request.settings;
  const Order order = settings.order;
  ByteWriter& to = parts.to.out;
  BlobStore& waiting = parts.waiting;
  if (request.mode == Mode::dry_run) return dry_run_sink(request, to, waiting);
  switch (settings.output) {
    case OutputForm::json: return std::make_unique<JsonSink>(to, std::move(info), order, waiting);
    case OutputForm::jsonl:
      return std::make_unique<JsonLinesSink>(to, std::move(info), order, waiting);
    case OutputForm::values:
      return std::make_unique<ValuesSink>(to, std::move(info), order, waiting,
                                          settings.replace_failed.value_or(""));
    case OutputForm::text: return text_sink(request, workers, parts, outlets);
    case OutputForm::none: break;
  }
  return nullptr;
}

}  // namespace fanout
