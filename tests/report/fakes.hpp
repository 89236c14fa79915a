// Fakes for what a report writes to, and records to write.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>

#include "fanout/base/bytes.hpp"
#include "fanout/event.hpp"
#include "report/in_order.hpp"

namespace fanout {

struct FakeWriter : ByteWriter {
  std::string text;
  std::optional<Error> fail_with;

  Result<void> write(std::string_view bytes) override {
    if (fail_with) return *fail_with;
    text += bytes;
    return {};
  }
};

struct FakeScratch : Scratch {
  std::string bytes;

  Result<std::uint64_t> append(std::string_view more) override {
    bytes += more;
    return std::uint64_t{bytes.size() - more.size()};
  }
  Result<std::string> read(std::uint64_t offset, std::size_t size) override {
    return bytes.substr(offset, size);
  }
};

inline Result<std::unique_ptr<Scratch>> fake_scratch() {
  return std::unique_ptr<Scratch>(std::make_unique<FakeScratch>());
}

inline Result<std::unique_ptr<Scratch>> no_scratch() {
  FAIL("nothing was to go to a scratch file");
  return fake_scratch();
}

/// A job that ran once for 1.5 seconds and ended so.
inline JobRecord make_record(std::uint64_t index, Outcome outcome, std::string out = "",
                             std::string err = "") {
  using namespace std::chrono_literals;
  JobRecord record;
  record.spec.index = JobIndex{index};
  record.argv = {"job", std::to_string(index)};
  record.outcome = outcome;
  record.attempts.push_back(
      {{JobIndex{index}, 1, SlotNumber{2}}, outcome, Instant(1s), 1500ms, {10ms, 20ms, 4096}});
  record.out.total_bytes = out.size();
  record.err.total_bytes = err.size();
  record.out.bytes = std::move(out);
  record.err.bytes = std::move(err);
  return record;
}

inline JobRecord never_started(std::uint64_t index) {
  JobRecord record = make_record(index, Cancelled{Cancelled::Reason::not_started, std::nullopt});
  record.attempts.clear();
  return record;
}

}  // namespace fanout
