#include "manifest/job_stream.hpp"

#include <cstdint>
#include <utility>
#include <variant>

#include "fanout/base/overloaded.hpp"
#include "manifest/commands.hpp"
#include "manifest/job_reader.hpp"
#include "manifest/json_node.hpp"
#include "manifest/locator.hpp"
#include "manifest/plan_options.hpp"

namespace fanout {
namespace {

/// What both kinds of lines have in common: which lines count, and where and which job each is.
class LineJobs : public JobSource {
 public:
  LineJobs(std::shared_ptr<const std::string> file, LineReader lines, const JobDefaults& defaults)
      : reader_(no_commands_, defaults, &names_),
        file_(std::move(file)),
        lines_(std::move(lines)) {}

  // The reader looks into this object.
  LineJobs(const LineJobs&) = delete;
  LineJobs& operator=(const LineJobs&) = delete;

  NextJob next() override {
    for (;;) {
      LineReader::Next next = lines_.next();
      auto* line = std::get_if<LineReader::Line>(&next);
      if (!line) return end_of_lines(std::move(next));
      const std::size_t first = line->text.find_first_not_of(kJsonBlanks);
      if (first == std::string_view::npos || is_comment(line->text.substr(first))) continue;
      Locator locator(file_, line->text, line->number);
      NextJob job = read(*line, first, locator);
      if (auto* spec = std::get_if<JobSpec>(&job)) count(*spec);
      return job;
    }
  }

  void stop_reading() override { lines_.stop(); }

 protected:
  virtual bool is_comment(std::string_view line) const = 0;
  virtual NextJob read(const LineReader::Line& line, std::size_t first, Locator& locator) = 0;

  bool is_cut_off(const LineReader::Line& line) const {
    return lines_.is_stopped() && !line.is_complete;
  }

  Commands no_commands_;
  JobNames names_{JobNames::Scope::lines_before};
  JobReader reader_;

 private:
  // Who knows what the lines to come are after.
  void count(JobSpec& job) {
    job.index.value = next_index_++;
    if (!job.name) return;
    names_.add(*job.name, job.index);
    mark_awaited(job);
  }

  static NextJob end_of_lines(LineReader::Next next) {
    return std::visit(Overloaded{[](LineReader::Line) -> NextJob { return EndOfJobs{}; },
                                 [](NotYet) -> NextJob { return NotYet{}; },
                                 [](LineReader::EndOfInput) -> NextJob { return EndOfJobs{}; },
                                 [](Error& error) -> NextJob { return std::move(error); }},
                      next);
  }

  std::shared_ptr<const std::string> file_;
  LineReader lines_;
  std::uint64_t next_index_ = 0;
};

class JsonLineJobs : public LineJobs {
 public:
  using LineJobs::LineJobs;

 private:
  bool is_comment(std::string_view) const override { return false; }

  NextJob read(const LineReader::Line& line, std::size_t, Locator& locator) override {
    const JsonOrFault read = read_json(line.text);
    if (const auto* fault = std::get_if<JsonFault>(&read)) {
      // A line that we stopped reading in its middle was never anybody's mistake.
      if (is_cut_off(line)) return EndOfJobs{};
      const bool is_cut = fault->offset >= line.text.size();
      return locator.error(fault->offset,
                           fault->message + (is_cut ? " (a JSON line is one whole value)" : ""));
    }
    Result<JobSpec> job = reader_.read(std::get<JsonNode>(read), line.text, locator);
    if (!job) return std::move(job).error();
    return *std::move(job);
  }
};

class CommandLineJobs : public LineJobs {
 public:
  using LineJobs::LineJobs;

 private:
  bool is_comment(std::string_view line) const override { return line.starts_with('#'); }

  NextJob read(const LineReader::Line& line, std::size_t first, Locator& locator) override {
    if (const auto nul = line.text.find('\0'); nul != std::string_view::npos) {
      return locator.error(nul, "a command line cannot contain a NUL");
    }
    JobSpec job = reader_.line_job(std::string(line.text));
    job.origin = locator.origin(first);
    return job;
  }
};

}  // namespace

std::unique_ptr<JobSource> json_line_jobs(std::shared_ptr<const std::string> file, LineReader lines,
                                          const JobDefaults& defaults) {
  return std::make_unique<JsonLineJobs>(std::move(file), std::move(lines), defaults);
}

std::unique_ptr<JobSource> command_line_jobs(std::shared_ptr<const std::string> file,
                                             LineReader lines, const JobDefaults& defaults) {
  return std::make_unique<CommandLineJobs>(std::move(file), std::move(lines), defaults);
}

}  // namespace fanout
