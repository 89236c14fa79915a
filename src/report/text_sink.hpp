// `-o text`: the jobs' own output, whole jobs at a time, each stream to its own place.
#pragma once

#include <optional>
#include <string_view>

#include "fanout/base/bytes.hpp"
#include "fanout/settings.hpp"
#include "fanout/sink.hpp"
#include "report/in_order.hpp"

namespace fanout {

enum class Tag { none, item };

class TextSink : public Sink {
 public:
  /// With Tag::item every line starts with the job's label and a tab.
  TextSink(ByteWriter& out, ByteWriter& err, Order order, MakeScratch make_scratch, Tag tag);
  Result<void> on(const Event& event) override;

 private:
  Result<void> put(JobIndex index, std::string_view out, std::string_view err);
  Result<void> write(std::string_view out, std::string_view err);

  ByteWriter& out_;
  ByteWriter& err_;
  Tag tag_;
  std::optional<InOrder> in_order_;
};

}  // namespace fanout
