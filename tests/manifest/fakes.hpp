// What the tests of manifests share: bytes that arrive as scripted, and short texts for jobs.
#pragma once

#include <doctest/doctest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fanout/base/bytes.hpp"
#include "fanout/source.hpp"
#include "manifest/manifest.hpp"

namespace fanout::test {

struct Pause {};
using Step = std::variant<std::string, Pause, Error>;

/// Gives one step of its script a read, then the end. `stop` works as for a pipe.
class FakeBytes : public ByteSource {
 public:
  explicit FakeBytes(std::deque<Step> script) : script_(std::move(script)) {}

  Result<State> read(std::string& into) override {
    REQUIRE_MESSAGE(!is_over_, "read again after the end or an error");
    if (script_.empty() || is_stopped_) {
      is_over_ = true;
      return State::end;
    }
    const Step step = std::move(script_.front());
    script_.pop_front();
    if (const auto* error = std::get_if<Error>(&step)) {
      is_over_ = true;
      return *error;
    }
    if (std::holds_alternative<Pause>(step)) return State::not_yet;
    into += std::get<std::string>(step);
    return State::bytes;
  }

  void stop() override { is_stopped_ = true; }

 private:
  std::deque<Step> script_;
  bool is_stopped_ = false;
  bool is_over_ = false;
};

inline std::unique_ptr<ByteSource> bytes_of(std::string text) {
  return std::make_unique<FakeBytes>(std::deque<Step>{std::move(text)});
}

inline std::unique_ptr<ByteSource> single_bytes_of(const std::string& text) {
  std::deque<Step> script;
  for (const char c : text) script.emplace_back(std::string(1, c));
  return std::make_unique<FakeBytes>(std::move(script));
}

inline std::unique_ptr<ByteSource> scripted(std::deque<Step> script) {
  return std::make_unique<FakeBytes>(std::move(script));
}

inline std::string json_of(const std::vector<Value>& values) {
  std::string out;
  append_json(out, {Value::Kind::array, {}, values});
  return out;
}

inline std::string text_of(const Kwargs& kwargs) {
  std::string out;
  for (const auto& [key, value] : kwargs) {
    if (!out.empty()) out += ' ';
    out += key + '=';
    append_json(out, value);
  }
  return out;
}

inline std::string text_of(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += '<' + word + '>';
  return out;
}

/// `argv <echo><a> args ["b"] kwargs k=1`, without what is empty.
inline std::string describe(const JobSpec& job) {
  std::string out = job.text->form == CommandText::Form::argv ? "argv " : "line ";
  out += text_of(job.text->words);
  if (!job.args.empty()) out += " args " + json_of(job.args);
  if (!job.kwargs.empty()) out += " kwargs " + text_of(job.kwargs);
  return out;
}

inline std::string describe(const NextJob& next) {
  if (const auto* job = std::get_if<JobSpec>(&next)) return describe(*job);
  if (const auto* error = std::get_if<Error>(&next)) return "error " + error->message;
  return std::holds_alternative<NotYet>(next) ? "not yet" : "end";
}

inline Result<Manifest> open_text(const std::string& text,
                                  ManifestFormat format = ManifestFormat::automatic) {
  return Manifest::open(bytes_of(text), "m", format);
}

/// Everything a source has to say, its end or its error last.
inline std::vector<std::string> tell_all(JobSource& source) {
  std::vector<std::string> told;
  for (;;) {
    const NextJob next = source.next();
    told.push_back(describe(next));
    if (std::holds_alternative<Error>(next) || std::holds_alternative<EndOfJobs>(next)) {
      return told;
    }
  }
}

inline std::vector<JobSpec> jobs_of(Manifest& manifest, const JobDefaults& defaults = {}) {
  std::vector<JobSpec> jobs;
  const std::unique_ptr<JobSource> source = manifest.jobs(defaults);
  for (;;) {
    NextJob next = source->next();
    if (std::holds_alternative<EndOfJobs>(next)) return jobs;
    REQUIRE_MESSAGE(std::holds_alternative<JobSpec>(next), describe(next));
    jobs.push_back(std::get<JobSpec>(std::move(next)));
  }
}

inline std::vector<JobSpec> jobs_of(const std::string& text, const JobDefaults& defaults = {},
                                    ManifestFormat format = ManifestFormat::automatic) {
  Result<Manifest> manifest = open_text(text, format);
  REQUIRE_MESSAGE(manifest, manifest.error().message);
  return jobs_of(*manifest, defaults);
}

inline std::vector<std::string> described(const std::string& text,
                                          ManifestFormat format = ManifestFormat::automatic) {
  std::vector<std::string> out;
  for (const JobSpec& job : jobs_of(text, {}, format)) out.push_back(describe(job));
  return out;
}

/// The one error of a bad manifest, wherever it is found.
inline std::string error_of(const std::string& text,
                            ManifestFormat format = ManifestFormat::automatic) {
  Result<Manifest> manifest = open_text(text, format);
  if (!manifest) {
    CHECK(manifest.error().kind == ErrorKind::usage);
    return manifest.error().message;
  }
  const std::unique_ptr<JobSource> source = manifest->jobs({});
  for (;;) {
    const NextJob next = source->next();
    if (const auto* error = std::get_if<Error>(&next)) {
      CHECK(error->kind == ErrorKind::usage);
      return error->message;
    }
    if (!std::holds_alternative<JobSpec>(next)) return "no error";
  }
}

using Texts = std::vector<std::string>;

}  // namespace fanout::test

namespace doctest {
template <>
struct StringMaker<std::vector<std::string>> {
  static String convert(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) out += "\n  " + text;
    return out.c_str();
  }
};
}  // namespace doctest
