#include "cli/results_command.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include "cli/await_run.hpp"
#include "cli/config.hpp"
#include "cli/ending.hpp"
#include "cli/exit_code.hpp"
#include "cli/handle_command.hpp"
#include "cli/messages.hpp"
#include "cli/recorded_results.hpp"
#include "cli/run_handle.hpp"
#include "cli/run_state.hpp"
#include "cli/text_streams.hpp"
#include "fanout/base/text.hpp"
#include "os/fd_writer.hpp"
#include "os/scratch_file.hpp"
#include "os/signals.hpp"
#include "report/buffered_writer.hpp"
#include "report/closing_line.hpp"
#include "report/color.hpp"
#include "report/handle_sink.hpp"
#include "report/json_sinks.hpp"
#include "report/people_writer.hpp"
#include "report/shelf.hpp"
#include "report/text_sink.hpp"
#include "run/tee.hpp"
#include "store/stored_json.hpp"

namespace fanout {
namespace {

constexpr std::string_view kHandleForm = "handle";

/// What was asked for. `settings` are the form, the order, what stands for failures, the time and
/// silence.
struct Wish {
  Settings settings;
  bool is_handle_form = false;
  bool has_form = false;  ///< else it is that of the run
  bool waits = false;
  bool replays = false;
  std::optional<std::string> job;
};

Error not_a_form(const std::string& form) {
  constexpr std::array<std::string_view, 6> kForms{"json",   "jsonl", "text",
                                                   "values", "none",  kHandleForm};
  return usage_error("--output: " + in_quotes(form) + " is not " + one_of(kForms) +
                     did_you_mean(form, kForms));
}

Result<void> read_form(Wish& wish, const TypedOptions& typed) {
  const std::string* form = typed.value("output");
  if (form == nullptr) return {};
  wish.has_form = true;
  wish.is_handle_form = *form == kHandleForm;
  if (wish.is_handle_form) return {};
  const Result<void> done = apply_setting(wish.settings, "output", *form);
  return done ? done : not_a_form(*form);
}

Result<void> check_replay(const TypedOptions& typed) {
  if (!typed.has("replay")) return {};
  if (!typed.has("job")) {
    return usage_error("--replay says again what one job said: add --job with its name or index");
  }
  for (const char* other : {"output", "order", "replace-failed", "silent"}) {
    if (!typed.has(other)) continue;
    return usage_error("--replay and --" + std::string(other) +
                       " contradict each other: it writes and exits as the job did");
  }
  return {};
}

Result<Wish> wish_of(const TypedOptions& typed) {
  Wish wish;
  if (Result<void> done = check_replay(typed); !done) return done.error();
  if (Result<void> done = read_form(wish, typed); !done) return done.error();
  TypedOptions others = typed;
  others.options.erase("output");
  if (Result<void> done = apply_options(wish.settings, others); !done) return done.error();
  wish.waits = typed.has("timeout");
  wish.replays = typed.has("replay");
  if (const std::string* job = typed.value("job")) wish.job = *job;
  return wish;
}

/// What the run was asked for counts where nothing else is asked for now.
Result<void> complete(Wish& wish, const SessionRow& session) {
  Settings& settings = wish.settings;
  if (!wish.has_form) static_cast<void>(apply_setting(settings, "output", session.output));
  const bool is_values = !wish.is_handle_form && settings.output == OutputForm::values;
  if (settings.replace_failed && !is_values) {
    return usage_error("--replace-failed is about what -o values shows, and there is none");
  }
  if (!is_values || settings.replace_failed) return {};
  const Result<Kwargs> asked = kwargs_of_json(session.settings);
  const Value* replacement = asked ? asked->find("replace_failed") : nullptr;
  if (replacement == nullptr || replacement->kind == Value::Kind::null) return {};
  append_json(settings.replace_failed.emplace(), *replacement);
  return {};
}

/// Where results go while they are written, and what becomes of it.
class Report {
 public:
  Report(const RunDirectory& run, OpenRun& open, const Wish& wish)
      : run_(run), open_(open), wish_(wish) {}

  int write();
  int replay();

 private:
  std::unique_ptr<Sink> sink();
  int conclude(const Summary& summary, const Result<void>& flushed);
  ExitCode report_failures(const Result<void>& flushed) const;
  Result<Summary> tell_to(std::unique_ptr<Sink> sink);

  const RunDirectory& run_;
  OpenRun& open_;
  const Wish& wish_;
  ScratchFile scratch_;
  BlobStore waiting_{scratch_, Shelf::kLimits};
  FdWriter out_{kStandardOutput, "standard output"};
  FdWriter err_{kStandardError, "standard error"};
  BufferedWriter buffered_{out_};
  TextStreams text_{Streams{out_, err_}, Controls::visible};
  PeopleWriter people_{err_};
  Tee tee_;
  const Ending* end_ = nullptr;  // one of the sinks
};

/// Records come in their order, so that no sink has to wait for one.
std::unique_ptr<Sink> Report::sink() {
  constexpr Order kAsTheyCome = Order::completion;
  const Settings& settings = wish_.settings;
  if (wish_.is_handle_form) return std::make_unique<HandleSink>(buffered_, waiting_);
  RunInfo info = info_of(run_, open_.state);
  switch (settings.output) {
    case OutputForm::json:
      return std::make_unique<JsonSink>(buffered_, std::move(info), kAsTheyCome, waiting_);
    case OutputForm::jsonl:
      return std::make_unique<JsonLinesSink>(buffered_, std::move(info), kAsTheyCome, waiting_);
    case OutputForm::values:
      return std::make_unique<ValuesSink>(buffered_, std::move(info), kAsTheyCome, waiting_,
                                          settings.replace_failed.value_or(""));
    case OutputForm::text:
      return std::make_unique<TextSink>(text_.out(), text_.err(), kAsTheyCome, waiting_, TagOf());
    case OutputForm::none: break;
  }
  return nullptr;
}

Result<Summary> Report::tell_to(std::unique_ptr<Sink> sink) {
  if (sink) tee_.add(std::move(sink));
  auto ending = std::make_unique<Ending>();
  end_ = ending.get();
  tee_.add(std::move(ending));
  return tell(open_, {wish_.settings.order, wish_.job}, tee_);
}

ExitCode Report::report_failures(const Result<void>& flushed) const {
  std::vector<Error> failures = tee_.failures();
  if (!flushed) failures.push_back(flushed.error());
  if (end_->loss()) failures.push_back(*end_->loss());
  ExitCode code = ExitCode::success;
  for (const Error& failure : failures) {
    if (failure.kind == ErrorKind::reader_gone) die_by(SIGPIPE);
    report(failure);
    code = ExitCode::output_failed;
  }
  return code;
}

int Report::write() {
  std::unique_ptr<Sink> results = sink();
  if (!wish_.settings.silent) {
    const bool has_colors =
        is_colored(ColorChoice::automatic, std::getenv, is_terminal(kStandardError));
    tee_.add(std::make_unique<ClosingLine>(people_, has_colors));
  }
  const Result<Summary> summary = tell_to(std::move(results));
  const Result<void> flushed = buffered_.flush();
  if (!summary) return refuse(summary.error());
  return conclude(*summary, flushed);
}

int Report::conclude(const Summary& summary, const Result<void>& flushed) {
  ExitCode code = report_failures(flushed);
  if (open_.state.phase == RunState::Phase::died) {
    complain(death_notice(run_));
    code = stronger(code, ExitCode::not_possible);
  }
  if (!wish_.job && lacks_input(open_.state)) {
    complain(input_notice(run_));
    code = stronger(code, ExitCode::usage);
  }
  if (code != ExitCode::success) return static_cast<int>(code);
  if (wish_.waits && !open_.state.is_over()) return kTimeIsUp;
  const bool is_failure = !wish_.settings.silent && summary.succeeded < summary.jobs;
  return static_cast<int>(is_failure ? ExitCode::job_failed : ExitCode::success);
}

int Report::replay() {
  const Result<Summary> summary = tell_to(
      std::make_unique<TextSink>(text_.out(), text_.err(), Order::completion, waiting_, TagOf()));
  if (!summary) return refuse(summary.error());
  const ExitCode code = report_failures({});
  if (code != ExitCode::success) return static_cast<int>(code);
  const Outcome& outcome = *end_->last_outcome();
  if (!is_plain_end(outcome)) complain(describe(outcome));
  return exit_code_of_call(outcome);
}

int results_of(const RunDirectory& run, Wish& wish) {
  if (wish.waits) {
    const Result<bool> is_over = await_end(run, wish.settings.timeout);
    if (!is_over) return refuse(is_over.error());
  }
  ScratchFile scratch;
  BlobStore outputs(scratch);
  Result<OpenRun> open = open_run(run, outputs);
  if (!open) return refuse(open.error());
  if (!open->state.session) {
    const bool has_died = open->state.phase == RunState::Phase::died;
    return refuse({ErrorKind::system, has_died ? death_notice(run)
                                               : "run " + in_quotes(run.handle()) +
                                                     " has recorded nothing yet: try again"});
  }
  if (Result<void> done = complete(wish, *open->state.session); !done) return refuse(done.error());
  Report report(run, *open, wish);
  return wish.replays ? report.replay() : report.write();
}

int results(const TypedOptions& typed) {
  Result<Wish> wish = wish_of(typed);
  if (!wish) return refuse(wish.error());
  const Result<RunDirectory> run = run_of(typed, "results");
  return run ? results_of(*run, *wish) : refuse(run.error());
}

}  // namespace

int results_command(const Words& words) {
  return answer(CommandSet::results, words, results);
}

}  // namespace fanout
