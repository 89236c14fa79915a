// What is said to people while a run goes on: what runs, when somebody asked (SIGUSR1), and once
// that the system allows fewer workers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "fanout/base/bytes.hpp"
#include "fanout/sink.hpp"

namespace fanout {

class Announcer : public Sink {
 public:
  /// The number of the process of an attempt, or 0.
  using ProcessOf = std::function<std::int64_t(const AttemptId&)>;

  Announcer(ByteWriter& err, ProcessOf process_of)
      : err_(err), process_of_(std::move(process_of)) {}
  Result<void> on(const Event& event) override;

 private:
  std::string status(const RunStatus& status) const;
  std::string line(const RunStatus::Attempt& attempt) const;

  ByteWriter& err_;
  ProcessOf process_of_;
  bool has_told_reduction_ = false;
};

}  // namespace fanout
