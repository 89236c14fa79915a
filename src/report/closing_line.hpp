// One line for people at the end of a run in which something did not succeed; else silence.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "fanout/base/bytes.hpp"
#include "fanout/sink.hpp"

namespace fanout {

class ClosingLine : public Sink {
 public:
  explicit ClosingLine(ByteWriter& err, bool is_colored = false)
      : err_(err), is_colored_(is_colored) {}
  Result<void> on(const Event& event) override;

 private:
  static constexpr std::size_t kMostNames = 5;

  bool is_worth_saying(const Summary& summary) const;
  void note(const JobRecord& record);
  std::string line(const Summary& summary) const;

  ByteWriter& err_;
  bool is_colored_;
  std::map<std::uint64_t, std::string> failed_;  // the first few, in input order
  std::map<std::uint64_t, std::string> aborted_;
  std::optional<RunCancelling::Reason> cut_by_;
};

}  // namespace fanout
