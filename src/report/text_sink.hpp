// `-o text`: the jobs' own output, whole jobs at a time, each stream to its own place.
#pragma once

#include "fanout/base/blob.hpp"
#include "fanout/base/bytes.hpp"
#include "fanout/settings.hpp"
#include "fanout/sink.hpp"
#include "report/in_order.hpp"
#include "report/tag.hpp"
#include "report/text_target.hpp"

namespace fanout {

class TextSink : public Sink {
 public:
  /// In input order, what waits for its turn is kept in `waiting`, which must outlive this and what
  /// it wrote.
  TextSink(ByteWriter& out, ByteWriter& err, Order order, BlobStore& waiting, TagOf tag);

  /// A full disk behind one stream does not silence the other: it is told when both have failed, or
  /// at the end.
  Result<void> on(const Event& event) override;

  /// For a part of what the next job says on standard output that is to come before its
  /// JobFinished. An error is told by the next event.
  ByteWriter& out() { return out_; }

 private:
  Result<void> write(Passage passage);

  TextTarget out_;
  TextTarget err_;
  PassageOrder order_;
  TagOf tag_;
};

}  // namespace fanout
