// `-o handle`: who failed, who never ran and what the others returned, as three lists.
#pragma once

#include <memory>
#include <string>

#include "fanout/base/blob.hpp"
#include "fanout/base/bytes.hpp"
#include "fanout/base/rope.hpp"
#include "fanout/sink.hpp"

namespace fanout {

/// `{"exception": [[TARGET, TEXT]…], "aborted": [TARGET…], "returned": [[TARGET, VALUE]…]}`, each
/// list in the order in which its jobs come. TARGET is the job's name, else its only argument, else
/// all of them.
class HandleSink : public Sink {
 public:
  /// The lists wait in `waiting`, which must outlive this.
  HandleSink(ByteWriter& writer, BlobStore& waiting);
  Result<void> on(const Event& event) override;

 private:
  /// The entries of one list, with commas between them.
  class Entries {
   public:
    explicit Entries(BlobStore& store) : text_(std::make_shared<Blob>(store)) {}
    Result<void> add(Rope entry);
    BlobSlice slice() const { return {text_, 0, text_->size()}; }

   private:
    std::shared_ptr<Blob> text_;
  };

  Result<void> add(const JobRecord& record);
  Result<void> add_returned(const JobRecord& record);
  Result<void> add_exception(const JobRecord& record);
  Result<void> write();

  ByteWriter& writer_;
  Entries exception_, aborted_, returned_;
};

}  // namespace fanout
