// Manifests in every form: read, expanded and told, at once and in pieces, they are the same.
#include <optional>
#include <variant>

#include "expand/expanding_source.hpp"
#include "fanout/base/overloaded.hpp"
#include "fuzz/fuzz_input.hpp"
#include "fuzz/piece_source.hpp"
#include "manifest/manifest.hpp"

namespace fanout::fuzz {
namespace {

struct Options {
  ManifestFormat format = ManifestFormat::automatic;
  JobDefaults defaults;
};

Options options_of(unsigned char chooser) {
  constexpr ManifestFormat kFormats[] = {ManifestFormat::automatic, ManifestFormat::document,
                                         ManifestFormat::jsonl, ManifestFormat::lines};
  Options options;
  options.format = kFormats[chooser % 4];
  if ((chooser & 4) != 0) options.defaults.shell = CommandText::Shell::always;
  options.defaults.placeholders = (chooser & 8) == 0;
  if ((chooser & 16) != 0) options.defaults.all_token = "%";
  options.defaults.resources = {{"r", 2}, {"s", 1}};
  if ((chooser & 32) != 0) options.defaults.extras.set("k", Value::of_string("it's"));
  return options;
}

/// Every program whose name begins with a lower-case letter is there.
bool is_program(std::string_view name) {
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z';
}

std::string told(const Stdin& input) {
  return std::visit(Overloaded{
                        [](const NoStdin&) -> std::string { return "none"; },
                        [](const InheritedStdin&) -> std::string { return "inherited"; },
                        [](const StdinText& text) { return "text " + text.bytes; },
                        [](const StdinFile& file) { return "file " + file.path; },
                        [](const StdinBlock&) -> std::string {
                          must(false, "a manifest has no blocks", {});
                          return {};
                        },
                    },
                    input);
}

std::string told(const JobPlan& plan) {
  std::string text = " priority " + std::to_string(plan.priority);
  for (const std::string& mutex : plan.mutexes) text += " mutex " + mutex;
  for (const Need& need : plan.needs) text += " needs " + need.resource;
  for (const Prerequisite& before : plan.after) {
    text += " after " + std::to_string(before.job.value) + " " + before.name;
  }
  return text + (plan.is_awaited ? " awaited" : "");
}

std::string told(const JobSpec& job) {
  std::string text = at(job.origin, "job ") + std::to_string(job.index.value);
  if (job.name) text += " name " + *job.name;
  for (const std::string& word : argv_in_slot(job.command, SlotNumber{7}))
    text += " <" + word + ">";
  for (const Value& arg : job.args) append_json(text += " arg ", arg);
  for (const auto& [key, value] : job.kwargs) append_json(text += " " + key + "=", value);
  for (const auto& [name, value] : job.env) text += " env " + name + "=" + value.value_or("(gone)");
  text += " cwd " + job.cwd + " stdin " + told(job.input);
  if (job.timeout) text += " timeout " + format_duration(*job.timeout);
  if (job.grace) text += " grace " + format_duration(*job.grace);
  if (job.retries) text += " retries " + std::to_string(*job.retries);
  if (job.plan != nullptr) text += told(*job.plan);
  return text;
}

void check(const JobSpec& job, std::uint64_t index) {
  must(job.index.value == index, "jobs are counted from 0", {told(job)});
  must(!job.command.argv.empty(), "a job has a command", {told(job)});
  for (const std::string& word : job.command.argv) {
    must(word.find('\0') == word.npos, "no word has a NUL", {word});
  }
}

void check(const Error& error) {
  must(error.kind == ErrorKind::usage, "a bad manifest is the user's mistake", {error.message});
  const std::string& message = error.message;
  must(message.starts_with("m:") && message.size() > 2 && message[2] >= '1' && message[2] <= '9',
       "an error says where", {message});
  must(sanitize(message) == message, "an error is safe to show", {message});
}

std::string all_jobs(std::unique_ptr<JobSource> source) {
  ExpandingSource jobs(std::move(source), is_program);
  std::string text;
  for (std::uint64_t index = 0;;) {
    const NextJob next = jobs.next();
    if (std::holds_alternative<NotYet>(next)) continue;
    if (std::holds_alternative<EndOfJobs>(next)) return text + "end";
    if (const auto* error = std::get_if<Error>(&next)) {
      check(*error);
      return text + error->message;
    }
    const JobSpec& job = std::get<JobSpec>(next);
    check(job, index++);
    text += told(job) + "\n";
  }
}

std::string told_settings(const Manifest& manifest) {
  std::string text = manifest.is_named() ? "named\n" : "";
  for (const SettingEntry& setting : manifest.settings()) {
    text += at(setting.origin, setting.name) + "=" + setting.text + "\n";
    Settings settings;
    must(static_cast<bool>(apply_setting(settings, setting.name, setting.text)),
         "a setting was checked", {setting.name, setting.text});
  }
  return text;
}

void call_presets(const Manifest& manifest, const JobDefaults& defaults) {
  for (const std::string& name : manifest.preset_names()) {
    for (const std::vector<Value>& args : {std::vector<Value>{}, {Value::of_string("a '$b'")}}) {
      must(static_cast<bool>(manifest.call(name, args, defaults)), "a preset can be called",
           {name});
    }
  }
}

/// Everything a manifest has to say, its end or its error last.
std::string tell(std::string_view text, const Options& options, const std::string& sizes) {
  const auto may_pause = std::make_shared<bool>(false);
  auto manifest =
      Manifest::open(std::make_unique<PieceSource>(text, sizes, may_pause), "m", options.format);
  if (!manifest) {
    check(manifest.error());
    return manifest.error().message;
  }
  *may_pause = true;
  const std::string settings = told_settings(*manifest);
  const std::string jobs = all_jobs(manifest->jobs(options.defaults));
  if (!manifest->is_stream()) {
    must(all_jobs(manifest->jobs(options.defaults)) == jobs, "jobs can be had again", {jobs});
    call_presets(*manifest, options.defaults);
  }
  return settings + jobs;
}

}  // namespace
}  // namespace fanout::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanout::fuzz;
  Input input(data, size);
  const Options options = options_of(input.byte());
  const std::string sizes = {static_cast<char>(input.byte()), static_cast<char>(input.byte()), 1};
  const std::string at_once = tell(input.rest(), options, {});
  const std::string in_pieces = tell(input.rest(), options, sizes);
  must(at_once == in_pieces, "a stream in pieces is the same", {at_once, in_pieces});
  return 0;
}
