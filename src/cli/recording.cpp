#include "cli/recording.hpp"

#include <optional>

#include "fanout/base/text.hpp"
#include "os/private_directory.hpp"
#include "store/journal_reader.hpp"
#include "store/journal_schema.hpp"

namespace fanout {
namespace {

/// As far as the journal tells.
std::string process_of(const std::string& path, BlobStore& outputs) {
  const auto reader = JournalReader::open(path, outputs);
  if (!reader || *reader == nullptr) return "";
  const auto session = (*reader)->newest_session();
  if (!session || !*session) return "";
  return " (process " + std::to_string((*session)->pid) + ")";
}

Result<FileLock> lock_journal(const JournalRequest& request, BlobStore& outputs) {
  using Missing = FileLock::Missing;
  auto lock = FileLock::take(request.path, request.is_resume ? Missing::refuse : Missing::make);
  if (!lock) return usage_error("cannot open the journal: " + lock.error().message);
  if (!*lock) {
    return usage_error("journal " + in_quotes(request.path) + " is in use by another fanout" +
                       process_of(request.path, outputs));
  }
  return **std::move(lock);
}

}  // namespace

Recording::Recording(JournalRequest request, FileLock lock, Machine& machine, BlobStore& outputs)
    : request_(std::move(request)),
      machine_(machine),
      outputs_(outputs),
      lock_(std::move(lock)),
      large_(machine, outputs_directory(request_.path),
             [this](const Error& why) { journal_->outputs_failed(why); }),
      commit_(machine.loop(), [this] { journal_->commit_due(); }) {}

Result<std::unique_ptr<Recording>> Recording::lock(JournalRequest request, Machine& machine,
                                                   BlobStore& outputs) {
  Result<FileLock> lock = lock_journal(request, outputs);
  if (!lock) return std::move(lock).error();
  return std::unique_ptr<Recording>(
      new Recording(std::move(request), *std::move(lock), machine, outputs));
}

Result<void> Recording::begin(const SessionInfo& session, OutputParser parse, OutputQueue& output) {
  JournalCalls calls;
  calls.now = [this] { return machine_.loop().now(); };
  calls.wake_at = [this](Instant time) { commit_.set(time); };
  calls.hold = [&output] { output.hold(); };
  calls.release = [&output] { output.release(); };
  calls.on_failure = [this] { machine_.inbox().push(JournalFailed{}); };
  const auto failures =
      request_.runs_failed_again ? EarlierFailures::run_again : EarlierFailures::keep;
  auto journal =
      request_.is_resume
          ? Journal::resume(request_.path, session, request_.durability, large_, std::move(calls),
                            Reuse{failures, true, std::move(parse)}, outputs_)
          : Journal::create(request_.path, session, request_.durability, large_, std::move(calls));
  if (!journal) return std::move(journal).error();
  journal_ = *std::move(journal);
  return {};
}

Result<void> Recording::LargeOutputs::open() {
  if (Result<void> made = make_private_directories(directory_); !made) return made;
  auto opened = FolderQueue::open(machine_.loop(), directory_, [this] {
    machine_.inbox().push(InputArrived{});
    if (const std::optional<Error> error = queue_->untold_error()) on_failure_(*error);
  });
  if (!opened) return std::move(opened).error();
  queue_ = *std::move(opened);
  return {};
}

Result<void> Recording::LargeOutputs::write(NewFolder folder) {
  if (queue_ == nullptr) {
    Result<void> opened = open();
    if (!opened) return Error{ErrorKind::output, opened.error().message};
  }
  return queue_->write(std::move(folder));
}

}  // namespace fanout
