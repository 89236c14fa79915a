#include "cli/call_command.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cli/config.hpp"
#include "cli/execute.hpp"
#include "cli/execute_call.hpp"
#include "cli/help.hpp"
#include "cli/manifest_input.hpp"
#include "cli/messages.hpp"
#include "expand/expanding_source.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

class OneJob : public JobSource {
 public:
  explicit OneJob(JobSpec job) : next_(std::move(job)) {}
  NextJob next() override { return std::exchange(next_, EndOfJobs{}); }

 private:
  NextJob next_;
};

struct Call {
  Settings settings;
  std::unique_ptr<JobSource> job;
};

Result<Call> make_call(const TypedOptions& typed) {
  const std::string* path = typed.value("manifest");
  if (path == nullptr) return usage_error("call needs -f MANIFEST, the file that has the preset");
  Result<OpenManifest> opened = open_manifest(*path, typed);
  if (!opened) return std::move(opened).error();
  if (typed.words.empty()) {
    const auto names = opened->manifest.preset_names();
    return usage_error("call needs the name of a preset: " +
                       one_of(std::vector<std::string_view>(names.begin(), names.end())));
  }

  std::vector<Value> args;
  std::transform(typed.words.begin() + 1, typed.words.end(), std::back_inserter(args),
                 Value::of_string);
  Result<JobSpec> job =
      opened->manifest.call(typed.words.front(), std::move(args), opened->defaults);
  if (!job) return std::move(job).error();
  // A plain call reads what its caller reads, unless the preset says otherwise.
  const bool is_from_stdin = *path == "-";
  if (std::holds_alternative<NoStdin>(job->input) && !is_from_stdin) job->input = InheritedStdin{};
  return Call{opened->settings, std::make_unique<ExpandingSource>(
                                    std::make_unique<OneJob>(std::move(*job)), is_program)};
}

}  // namespace

int call_command(const Words& words) {
  const Result<TypedOptions> typed =
      parse_options(CommandSet::call, WordPlace::after_options, words.arguments);
  if (!typed) return static_cast<int>(report(typed.error()));
  if (typed->has("help")) return static_cast<int>(print(command_help(CommandSet::call)));
  Result<Call> call = make_call(*typed);
  if (!call) return static_cast<int>(report(call.error()));
  if (!typed->has("dry-run")) return execute_call(call->settings, std::move(call->job));

  RunRequest request;
  request.settings = call->settings;
  request.mode = Mode::dry_run;
  request.jobs = std::move(call->job);
  return static_cast<int>(execute(std::move(request)));
}

}  // namespace fanout
