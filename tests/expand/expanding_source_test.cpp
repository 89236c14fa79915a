#include "expand/expanding_source.hpp"

#include <doctest/doctest.h>

#include <deque>

#include "samples.hpp"

using namespace samples;
using fanout::EndOfJobs;
using fanout::Error;
using fanout::ExpandingSource;
using fanout::JobSpec;
using fanout::NextJob;

namespace {

class ScriptedSource : public fanout::JobSource {
 public:
  explicit ScriptedSource(std::deque<NextJob>& script, bool* is_stopped = nullptr)
      : script_(script), is_stopped_(is_stopped) {}

  NextJob next() override {
    if (script_.empty()) return EndOfJobs{};
    NextJob next = std::move(script_.front());
    script_.pop_front();
    return next;
  }
  void stop_reading() override { *is_stopped_ = true; }

 private:
  std::deque<NextJob>& script_;
  bool* is_stopped_;
};

JobSpec job(std::shared_ptr<const CommandText> text, std::uint64_t index,
            std::vector<std::string> args = {}) {
  JobSpec spec;
  spec.text = std::move(text);
  spec.index = {index};
  spec.args = strings(args);
  return spec;
}

std::string shown_next(ExpandingSource& source) {
  NextJob next = source.next();
  if (const auto* error = std::get_if<Error>(&next)) return "error: " + error->message;
  return shown(Result<Command>(std::get<JobSpec>(next).command));
}

ExpandingSource over(std::deque<NextJob>& script) {
  return {std::make_unique<ScriptedSource>(script), everything_is_a_program};
}

}  // namespace

TEST_CASE("every job gets its command, numbered from 1") {
  const auto text = std::make_shared<CommandText>(argv({"echo", "{#}", "{}"}));
  std::deque<NextJob> script;
  script.emplace_back(job(text, 0, {"a"}));
  script.emplace_back(job(text, 1, {"b"}));
  auto source = over(script);
  CHECK(shown_next(source) == "[echo][1][a]");
  CHECK(shown_next(source) == "[echo][2][b]");
  CHECK(std::holds_alternative<EndOfJobs>(source.next()));
}

TEST_CASE("the job's keyword arguments become the merged ones, the rest stays as it was") {
  auto text = argv({"echo", "{v}"});
  text.defaults = kwargs({{"v", number("1")}, {"w", null()}});
  std::deque<NextJob> script;
  auto spec = job(std::make_shared<CommandText>(text), 0, {"a"});
  spec.kwargs = kwargs({{"v", number("2")}});
  spec.name = "name";
  script.emplace_back(std::move(spec));
  auto source = over(script);
  const auto next = source.next();
  const auto& expanded = std::get<JobSpec>(next);
  CHECK(expanded.kwargs == kwargs({{"v", number("2")}, {"w", null()}}));
  CHECK(expanded.args == strings({"a"}));
  CHECK(expanded.name == "name");
  CHECK(shown(Result<Command>(expanded.command)) == "[echo][2][a]");
}

TEST_CASE("an error says where the job stands and is the user's") {
  const auto text = std::make_shared<CommandText>(argv({"echo", "{2}"}));
  std::deque<NextJob> script;
  auto spec = job(text, 0, {"a"});
  spec.origin = {std::make_shared<std::string>("jobs.json"), 3, 7};
  script.emplace_back(std::move(spec));
  auto source = over(script);
  const auto next = source.next();
  const auto& error = std::get<Error>(next);
  CHECK(error.kind == fanout::ErrorKind::usage);
  CHECK(error.message ==
        "jobs.json:3:7: \"{2}\" stands for an argument that is not there: the job has 1 argument");
}

TEST_CASE("a mistake in the text is an error of the job that uses it") {
  for (const bool is_shared : {true, false}) {
    CAPTURE(is_shared);
    auto text = std::make_shared<CommandText>(line("echo `{}`"));
    const auto second = is_shared ? text : nullptr;
    std::deque<NextJob> script;
    script.emplace_back(job(std::move(text), 0, {"a"}));
    auto source = over(script);
    CHECK(shown_next(source).starts_with("error: \"{}\" stands inside backquotes"));
  }
}

TEST_CASE("errors, waiting and stopping pass through") {
  std::deque<NextJob> script;
  script.emplace_back(fanout::NotYet{});
  script.emplace_back(Error{fanout::ErrorKind::system, "read \"x\": no"});
  bool is_stopped = false;
  ExpandingSource source(std::make_unique<ScriptedSource>(script, &is_stopped), {});
  CHECK(std::holds_alternative<fanout::NotYet>(source.next()));
  const auto next = source.next();
  CHECK(std::get<Error>(next).kind == fanout::ErrorKind::system);
  CHECK(std::get<Error>(next).message == "read \"x\": no");
  source.stop_reading();
  CHECK(is_stopped);
}

TEST_CASE("the lookup decides whether a simple line needs a shell") {
  const auto text = std::make_shared<CommandText>(line("{1} {2}"));
  std::deque<NextJob> script;
  script.emplace_back(job(text, 0, {"ls", "a"}));
  script.emplace_back(job(text, 1, {"sl", "a"}));
  ExpandingSource source(std::make_unique<ScriptedSource>(script),
                         [](std::string_view name) { return name == "ls"; });
  CHECK(shown_next(source) == "[ls][a]");
  CHECK(shown_next(source) == "[/bin/sh][-c][sl a]");
}

TEST_CASE("texts are told apart, also when more are shared than are kept parsed") {
  std::vector<std::shared_ptr<CommandText>> texts;
  for (int i = 0; i < 40; ++i) {
    texts.push_back(std::make_shared<CommandText>(argv({"p" + std::to_string(i), "{#}"})));
  }
  std::deque<NextJob> script;
  for (std::uint64_t i = 0; i < 400; ++i) script.emplace_back(job(texts[i * 7 % 40], i));
  auto source = over(script);
  for (std::uint64_t i = 0; i < 400; ++i) {
    CHECK(shown_next(source) ==
          "[p" + std::to_string(i * 7 % 40) + "][" + std::to_string(i + 1) + "]");
  }
}

TEST_CASE("a text at the address of one that is gone is not taken for it") {
  std::deque<NextJob> script;
  auto source = over(script);
  for (std::uint64_t i = 0; i < 200; ++i) {
    auto text = std::make_shared<CommandText>(argv({"p" + std::to_string(i)}));
    script.emplace_back(job(text, i));
    CHECK(shown_next(source) == "[p" + std::to_string(i) + "]");
  }
}
