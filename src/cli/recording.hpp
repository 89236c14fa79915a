// The journal of a run while it lasts: what it needs of the machine, and what the run needs of it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "cli/journal_options.hpp"
#include "cli/machine.hpp"
#include "exec/local_executor.hpp"
#include "fanout/base/blob.hpp"
#include "fanout/base/folder.hpp"
#include "fanout/sink.hpp"
#include "fanout/source.hpp"
#include "os/file_lock.hpp"
#include "os/folder_queue.hpp"
#include "os/output_queue.hpp"
#include "os/timer.hpp"
#include "store/journal.hpp"

namespace fanout {

class Recording {
 public:
  /// Locks the file: nobody else records in it as long as this lives. What recorded jobs said waits
  /// in `outputs`. Both must outlive this.
  static Result<std::unique_ptr<Recording>> lock(JournalRequest request, Machine& machine,
                                                 BlobStore& outputs);

  /// Opens it and begins to record. `parse` makes values of what recorded jobs said; `output` is
  /// held back and must outlive this. Before anything below.
  Result<void> begin(const SessionInfo& session, OutputParser parse, OutputQueue& output);

  /// The jobs, with the records of those that are not to be run again. This must outlive them.
  std::unique_ptr<JobSource> jobs(std::unique_ptr<JobSource> inner) {
    return journal_->jobs(std::move(inner));
  }

  /// To be the first of the sinks. This must outlive it.
  std::unique_ptr<Sink> sink() { return journal_->sink(); }

  /// Files are being written, and what follows them is neither recorded nor shown before they are
  /// there.
  bool is_writing() const { return large_.is_writing(); }
  bool is_full() const { return large_.is_full(); }

  /// The run has ended with this exit code, and nothing more will be written.
  Result<void> end(int exit_code) { return journal_->end(exit_code); }

 private:
  /// The directory of large outputs, made when there is the first of them.
  class LargeOutputs : public FolderWriter {
   public:
    /// `on_failure` is told what no write() could.
    LargeOutputs(Machine& machine, std::string directory,
                 std::function<void(const Error&)> on_failure)
        : machine_(machine), directory_(std::move(directory)), on_failure_(std::move(on_failure)) {}
    Result<void> write(NewFolder folder) override;
    bool is_writing() const { return queue_ != nullptr && !queue_->is_empty(); }
    bool is_full() const { return queue_ != nullptr && queue_->is_full(); }

   private:
    Result<void> open();

    Machine& machine_;
    std::string directory_;
    std::function<void(const Error&)> on_failure_;
    std::unique_ptr<FolderQueue> queue_;
  };

  Recording(JournalRequest request, FileLock lock, Machine& machine, BlobStore& outputs);

  JournalRequest request_;
  Machine& machine_;
  BlobStore& outputs_;
  FileLock lock_;  // until the journal is closed
  LargeOutputs large_;
  std::unique_ptr<Journal> journal_;
  Timer commit_;
};

}  // namespace fanout
