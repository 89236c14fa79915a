// The journal of a run: tells a database what happens, as a Sink, and what was read, as a JobSource
// before the expanded one. What is shown is held back until it is in the database. It decides when
// to commit; what rows say, others know.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "fanout/base/folder.hpp"
#include "fanout/sink.hpp"
#include "fanout/source.hpp"
#include "store/database.hpp"
#include "store/earlier_jobs.hpp"
#include "store/group_commit.hpp"
#include "store/job_rows.hpp"
#include "store/open_jobs.hpp"
#include "store/session_writer.hpp"
#include "store/unrecorded_jobs.hpp"

namespace fanout {

class Journal {
 public:
  /// A new one in an empty file. `large` writes below outputs_directory(path). It must outlive
  /// this, and this the last turn in which it writes.
  static Result<std::unique_ptr<Journal>> create(const std::string& path, const SessionInfo& info,
                                                 Durability durability, FolderWriter& large,
                                                 JournalCalls calls);

  /// Goes on with one whose runner has ended or died; an empty file is as good. What is damaged is
  /// refused, and left as it is. `outputs` is where those of recorded jobs wait; it must outlive
  /// their records.
  static Result<std::unique_ptr<Journal>> resume(const std::string& path, const SessionInfo& info,
                                                 Durability durability, FolderWriter& large,
                                                 JournalCalls calls, Reuse reuse,
                                                 BlobStore& outputs);

  /// The first of a Tee. Fails once: with RunFinished, when the journal could not be written. The
  /// journal must outlive it.
  std::unique_ptr<Sink> sink();

  /// The same jobs, of which those that are done are given as records. All jobs that the sink is
  /// told of came through it. The journal must outlive it.
  std::unique_ptr<JobSource> jobs(std::unique_ptr<JobSource> inner);

  /// The time has come that wake_at() named. To be called when all that happened has been told.
  void commit_due();

  /// Files of large outputs cannot be written any more: an error that no write() told.
  void outputs_failed(const Error& why) { fail(why); }

  /// What is left to be written once the run has finished and the files of large outputs were given
  /// their time: this session has ended. An error that the sink has not told.
  Result<void> end(int exit_code);

 private:
  class Teller;
  class Reader;

  /// A record that is complete when its files are.
  struct Waiting {
    RowOfJob row;
    JobRecord record;
    std::uint64_t large_value = 0;
  };

  Journal(std::string path, Database database, const SessionInfo& info, Durability durability,
          FolderWriter& large, JournalCalls calls)
      : path_(std::move(path)),
        database_(std::move(database)),
        is_synced_(durability == Durability::full),
        large_(large),
        commits_(durability, std::move(calls)),
        clock_(info.clock) {}
  Result<void> begin_session(const SessionInfo& info);

  NextJob read(JobSpec job);
  NextJob read_new(JobSpec job, const JobKey& key);
  NextJob read_again(JobSpec job, const JobKey& key, const EarlierJobs::Match& match);

  Result<void> on(const Event& event);
  void tell(const Event& event);
  void started(const JobStarted& start);
  void stopped(JobIndex job);
  void finished(const JobRecord& record);
  void note_unrecorded(const JobRecord& record);
  void write(const RowOfJob& row, const JobRecord& record, std::uint64_t large_value);
  void write_files(const RowOfJob& row, const JobRecord& record);
  void files_complete(std::uint64_t folder);
  void run_finished(const Summary& summary);

  bool begin();
  /// Returns whether it was done; where it was not, the journal has failed.
  bool accept(const Result<void>& done);
  void settle();
  void commit(Instant now);
  Result<void> write_commit(Instant now);
  Result<void> write_starts(Instant until);
  void fail(const Error& why);
  Result<void> tell_failure();

  std::string path_;
  Database database_;
  bool is_synced_;
  FolderWriter& large_;
  GroupCommit commits_;
  RunClock clock_;
  std::optional<SessionWriter> session_;
  std::optional<JobRows> rows_;
  std::optional<EarlierJobs> earlier_;

  SessionCounts counts_;
  OpenJobs open_;
  std::int64_t next_row_ = 0;
  std::map<std::uint64_t, Waiting> waiting_;  // by the number of their folder
  std::uint64_t next_folder_ = 0;
  bool has_all_jobs_ = false;
  std::optional<Summary> summary_;

  UnrecordedJobs written_;  // since the last commit
  std::optional<Error> failure_;
  UnrecordedJobs unrecorded_;
  bool is_failure_told_ = false;
};

}  // namespace fanout
