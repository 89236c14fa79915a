// Fakes for what a report writes to, and records to write.
#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

#include "fake_output.hpp"
#include "fanout/base/bytes.hpp"
#include "fanout/event.hpp"
#include "report/in_order.hpp"

namespace fanout {

struct FakeWriter : ByteWriter {
  std::string text;
  std::optional<Error> fail_with;

  using ByteWriter::write;
  Result<void> write(std::string_view bytes) override {
    if (fail_with) return *fail_with;
    text += bytes;
    return {};
  }
};

/// A job that ran once for 1.5 seconds and ended so.
inline JobRecord make_record(std::uint64_t index, Outcome outcome, std::string_view out = "",
                             std::string_view err = "") {
  using namespace std::chrono_literals;
  JobRecord record;
  record.spec.index = JobIndex{index};
  record.argv = {"job", std::to_string(index)};
  record.outcome = outcome;
  record.attempts.push_back(
      {{JobIndex{index}, 1, SlotNumber{2}}, outcome, Instant(1s), 1500ms, {10ms, 20ms, 4096}});
  record.out = make_output(out);
  record.err = make_output(err);
  return record;
}

inline JobRecord never_started(std::uint64_t index) {
  JobRecord record = make_record(index, Cancelled{Cancelled::Reason::not_started, std::nullopt});
  record.attempts.clear();
  return record;
}

}  // namespace fanout
