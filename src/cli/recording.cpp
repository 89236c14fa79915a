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

Recording::Recording(const std::string& path, FileLock lock, Machine& machine)
    : lock_(std::move(lock)),
      large_(machine, outputs_directory(path),
             [this](const Error& why) { journal_->outputs_failed(why); }),
      commit_(machine.loop(), [this] { journal_->commit_due(); }) {}

Result<std::unique_ptr<Recording>> Recording::open(const JournalRequest& request,
                                                   const SessionInfo& session, OutputParser parse,
                                                   Machine& machine, OutputQueue& output,
                                                   BlobStore& outputs) {
  Result<FileLock> lock = lock_journal(request, outputs);
  if (!lock) return std::move(lock).error();
  std::unique_ptr<Recording> recording(new Recording(request.path, *std::move(lock), machine));
  JournalCalls calls;
  calls.now = [&machine] { return machine.loop().now(); };
  calls.wake_at = [at = recording.get()](Instant time) { at->commit_.set(time); };
  calls.hold = [&output] { output.hold(); };
  calls.release = [&output] { output.release(); };
  calls.on_failure = [&machine] { machine.inbox().push(JournalFailed{}); };
  const auto failures =
      request.runs_failed_again ? EarlierFailures::run_again : EarlierFailures::keep;
  auto journal =
      request.is_resume
          ? Journal::resume(request.path, session, request.durability, recording->large_,
                            std::move(calls), Reuse{failures, true, std::move(parse)}, outputs)
          : Journal::create(request.path, session, request.durability, recording->large_,
                            std::move(calls));
  if (!journal) return std::move(journal).error();
  recording->journal_ = *std::move(journal);
  return recording;
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
