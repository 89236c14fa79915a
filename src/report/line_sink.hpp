// `-o text --line-buffer`: what jobs say, a line at a time as it comes, each stream to its own
// place.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "fanout/base/blob.hpp"
#include "fanout/base/bytes.hpp"
#include "fanout/base/encoding.hpp"
#include "fanout/base/rope.hpp"
#include "fanout/sink.hpp"
#include "report/shelf.hpp"
#include "report/tag.hpp"
#include "report/text_target.hpp"

namespace fanout {

/// One place for the lines of many. A line that its writer left unfinished is ended when another
/// follows it.
class LineTarget {
 public:
  explicit LineTarget(ByteWriter& to) : target_(to) {}

  Result<void> write_lines(Rope lines);
  /// Nothing more comes from whoever wrote this.
  Result<void> write_last(Rope rest);

  TextTarget& target() { return target_; }

 private:
  Result<void> write(Rope text);

  TextTarget target_;
  bool is_in_line_ = false;
};

/// Where lines wait.
struct LineStores {
  BlobStore& outputs;             ///< a line that has become long
  BlobStore& waiting;             ///< what is written while there is no room for it
  std::function<bool()> is_full;  ///< there is none
};

/// One output of one attempt, cut into lines.
class LineWriter : public ByteWriter {
 public:
  LineWriter(LineTarget& to, Encoding encoding, const LineStores& stores)
      : to_(to), encoding_(std::move(encoding)), stores_(stores), shelf_(stores.waiting) {}

  using ByteWriter::write;
  Result<void> write(std::string_view bytes) override;

  /// All was given: writes what has no newline.
  void end();

 private:
  static constexpr std::size_t kLongLine = std::size_t{64} << 10;

  Result<void> put_aside(std::string_view part_of_line);
  Result<void> end_long_line(std::string_view rest);
  Result<void> write_text(std::string_view lines);

  LineTarget& to_;
  Encoding encoding_;
  const LineStores& stores_;
  Shelf shelf_;
  std::string begun_;           // a line that is not complete
  std::shared_ptr<Blob> long_;  // the same when it is long
};

class LineSink : public Sink {
 public:
  /// All must outlive this and what it wrote.
  LineSink(ByteWriter& out, ByteWriter& err, LineStores stores, TagOf tag = {})
      : out_(out), err_(err), stores_(std::move(stores)), tag_(std::move(tag)) {}

  /// The lines themselves come past it, but for those of a job that was recorded before. It tells
  /// what became of them: as TextSink.
  Result<void> on(const Event& event) override;

  LineTarget& out() { return out_; }
  LineTarget& err() { return err_; }
  const LineStores& stores() const { return stores_; }

 private:
  void show(const JobRecord& record);
  void show(const Output& output, LineTarget& to, const Encoding& encoding);

  LineTarget out_;
  LineTarget err_;
  LineStores stores_;
  TagOf tag_;
};

}  // namespace fanout
