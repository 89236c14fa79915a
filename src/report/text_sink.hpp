// `-o text`: the jobs' own output, whole jobs at a time, each stream to its own place.
#pragma once

#include <optional>
#include <string_view>

#include "fanout/base/blob.hpp"
#include "fanout/base/bytes.hpp"
#include "fanout/settings.hpp"
#include "fanout/sink.hpp"
#include "report/in_order.hpp"

namespace fanout {

enum class Tag { none, item };

class TextSink : public Sink {
 public:
  /// With Tag::item every line starts with the job's label and a tab. In input order, what waits
  /// for its turn is kept in `waiting`, which must outlive this and what it wrote.
  TextSink(ByteWriter& out, ByteWriter& err, Order order, BlobStore& waiting, Tag tag);

  /// A full disk behind one stream does not silence the other: it is told when both have failed, or
  /// at the end.
  Result<void> on(const Event& event) override;

  /// For a part of what the next job says on standard output that is to come before its
  /// JobFinished. An error is told by the next event.
  ByteWriter& out() { return out_; }

 private:
  /// Goes on without it after an error.
  struct Target : ByteWriter {
    explicit Target(ByteWriter& writer) : to(writer) {}
    Result<void> write(std::string_view bytes) override;
    Result<void> write(Rope rope) override;
    Result<void> keep_error(Result<void> written);

    ByteWriter& to;
    std::optional<Error> error;

    bool is_reader_gone() const { return error && error->kind == ErrorKind::reader_gone; }
  };

  Result<void> write(Passage passage);
  Result<void> end() const;

  Target out_;
  Target err_;
  PassageOrder order_;
  Tag tag_;
};

}  // namespace fanout
