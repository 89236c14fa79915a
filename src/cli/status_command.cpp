#include "cli/status_command.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "cli/handle_command.hpp"
#include "cli/messages.hpp"
#include "cli/run_handle.hpp"
#include "cli/run_state.hpp"
#include "cli/run_status.hpp"
#include "cli/typed_options.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

enum class Form { text, json };

Result<Form> form_of(const TypedOptions& typed) {
  constexpr std::array<std::string_view, 2> kForms{"text", "json"};
  const std::string* form = typed.value("output");
  if (form == nullptr || *form == "text") return Form::text;
  if (*form == "json") return Form::json;
  return usage_error("--output: " + in_quotes(*form) + " is not " + one_of(kForms) +
                     did_you_mean(*form, kForms));
}

struct Look {
  RunDirectory run;
  Result<RunState> state;
};

/// When it was last started. Those that cannot be read come first.
WallTime start_of(const Look& look) {
  return look.state && look.state->session ? look.state->session->started_at : WallTime();
}

Result<std::vector<Look>> look_at_all() {
  const Result<RunDirectories> runs = RunDirectories::of_this_user();
  if (!runs) return runs.error();
  const Result<std::vector<RunDirectory>> all = runs->all();
  if (!all) return all.error();
  std::vector<Look> looks;
  for (const RunDirectory& run : *all) {
    Look look{run, state_of(run)};
    // One that was closed meanwhile is none.
    if (look.state || runs->find(run.handle())) looks.push_back(std::move(look));
  }
  std::ranges::stable_sort(looks, {}, start_of);
  return looks;
}

std::string as_text(const std::vector<Look>& looks) {
  std::string text;
  for (const Look& look : looks) {
    text +=
        look.state ? status_line(look.run, *look.state) : status_line(look.run, look.state.error());
  }
  return text;
}

std::string as_json(const std::vector<Look>& looks) {
  std::string text = "[";
  for (const Look& look : looks) {
    text += &look == &looks.front() ? "\n" : ",\n";
    text +=
        look.state ? status_json(look.run, *look.state) : status_json(look.run, look.state.error());
  }
  return text + (looks.empty() ? "]\n" : "\n]\n");
}

Result<std::string> status(const TypedOptions& typed) {
  const Result<Form> form = form_of(typed);
  if (!form) return form.error();
  const Result<RunDirectory> run = run_of(typed, "status");
  if (!run) return run.error();
  const Result<RunState> state = state_of(*run);
  if (!state) return state.error();
  if (*form == Form::json) return status_json(*run, *state) + "\n";
  std::string text = status_text(*run, *state);
  if (state->phase == RunState::Phase::died) text += "  " + death_notice(*run) + "\n";
  return text;
}

Result<std::string> list(const TypedOptions& typed) {
  const Result<Form> form = form_of(typed);
  if (!form) return form.error();
  if (!typed.words.empty()) {
    return usage_error("list shows all runs and takes no handle: \"fanout status " +
                       typed.words.front() + "\" shows one");
  }
  const Result<std::vector<Look>> looks = look_at_all();
  if (!looks) return looks.error();
  return *form == Form::json ? as_json(*looks) : as_text(*looks);
}

int show(const Result<std::string>& text) {
  return text ? static_cast<int>(print(*text)) : refuse(text.error());
}

}  // namespace

int status_command(const Words& words) {
  return answer(CommandSet::status, words,
                [](const TypedOptions& typed) { return show(status(typed)); });
}

int list_command(const Words& words) {
  return answer(CommandSet::list, words,
                [](const TypedOptions& typed) { return show(list(typed)); });
}

}  // namespace fanout
