#include "store/journal.hpp"

#include <algorithm>

#include "fanout/base/overloaded.hpp"
#include "store/journal_schema.hpp"

namespace fanout {

class Journal::Teller : public Sink {
 public:
  explicit Teller(Journal& journal) : journal_(journal) {}
  Result<void> on(const Event& event) override { return journal_.on(event); }

 private:
  Journal& journal_;
};

class Journal::Reader : public JobSource {
 public:
  Reader(Journal& journal, std::unique_ptr<JobSource> inner)
      : journal_(journal), inner_(std::move(inner)) {
    if (inner_->total()) journal_.counts_.known_jobs = inner_->total();
  }

  NextJob next() override {
    NextJob next = inner_->next();
    if (auto* job = std::get_if<JobSpec>(&next)) return journal_.read(std::move(*job));
    if (std::holds_alternative<EndOfJobs>(next) && !is_stopped_) {
      journal_.has_all_jobs_ = true;
      journal_.counts_.known_jobs = journal_.counts_.jobs;
    }
    return next;
  }
  void stop_reading() override {
    is_stopped_ = true;
    inner_->stop_reading();
  }
  std::optional<std::uint64_t> total() const override { return inner_->total(); }

 private:
  Journal& journal_;
  std::unique_ptr<JobSource> inner_;
  bool is_stopped_ = false;
};

Result<std::unique_ptr<Journal>> Journal::create(const std::string& path, const SessionInfo& info,
                                                 Durability durability, FolderWriter& large,
                                                 JournalCalls calls) {
  Result<Database> database = make_journal(path, durability);
  if (!database) return database.error();
  std::unique_ptr<Journal> journal(
      new Journal(path, *std::move(database), info, durability, large, std::move(calls)));
  if (Result<void> begun = journal->begin_session(info); !begun) {
    return writing_failed(path, begun.error());
  }
  return journal;
}

Result<std::unique_ptr<Journal>> Journal::resume(const std::string& path, const SessionInfo& info,
                                                 Durability durability, FolderWriter& large,
                                                 JournalCalls calls, Reuse reuse,
                                                 BlobStore& outputs) {
  Result<Database> database = reopen_journal(path, durability);
  if (!database) return database.error();
  std::unique_ptr<Journal> journal(
      new Journal(path, *std::move(database), info, durability, large, std::move(calls)));
  if (Result<void> begun = journal->begin_session(info); !begun) {
    return writing_failed(path, begun.error());
  }
  Result<EarlierJobs> earlier = EarlierJobs::open(
      journal->database_, path, journal->session_->number(), std::move(reuse), outputs);
  if (!earlier) return reading_failed(path, journal->database_, earlier.error());
  journal->earlier_.emplace(*std::move(earlier));
  return journal;
}

Result<void> Journal::begin_session(const SessionInfo& info) {
  Result<SessionWriter> session = SessionWriter::insert(database_, info);
  if (!session) return session.error();
  session_ = *std::move(session);
  counts_.known_jobs = info.known_jobs;
  rows_.emplace(session_->number(), info.clock);
  if (Result<void> prepared = rows_->prepare(database_); !prepared) return prepared;
  const Result<std::int64_t> next = database_.number("SELECT coalesce(max(job), -1) + 1 FROM jobs");
  if (!next) return next.error();
  next_row_ = *next;
  return {};
}

std::unique_ptr<Sink> Journal::sink() {
  return std::make_unique<Teller>(*this);
}

std::unique_ptr<JobSource> Journal::jobs(std::unique_ptr<JobSource> inner) {
  return std::make_unique<Reader>(*this, std::move(inner));
}

NextJob Journal::read(JobSpec job) {
  const JobKey key = key_of(job);
  ++counts_.jobs;
  // What this session claimed is forgotten when it has failed: a row might be found twice.
  if (!earlier_ || failure_) return read_new(std::move(job), key);
  if (begin() && accept(rows_->take_place(job.index))) settle();
  if (failure_ || !is_recognisable(job)) return read_new(std::move(job), key);
  const Result<std::optional<EarlierJobs::Match>> match = earlier_->find(key);
  if (!match) return reading_failed(path_, database_, match.error());
  return *match ? read_again(std::move(job), key, **match) : read_new(std::move(job), key);
}

NextJob Journal::read_new(JobSpec job, const JobKey& key) {
  open_.read(job.index, {next_row_++, key});
  return job;
}

NextJob Journal::read_again(JobSpec job, const JobKey& key, const EarlierJobs::Match& match) {
  const JobIndex index = job.index;
  std::shared_ptr<JobRecord> record;
  if (match.is_done) {
    Result<std::shared_ptr<JobRecord>> made = earlier_->record(match.row, job, clock_);
    if (!made) return reading_failed(path_, database_, made.error());
    record = *std::move(made);
  }
  NextJob next = EndOfJobs{};
  if (record != nullptr) {
    next = RecordedJob{std::move(record)};
  } else {
    next = std::move(job);
  }
  open_.read(index, {match.row, key});
  if (begin() && accept(rows_->claim(match.row, index))) settle();
  return next;
}

Result<void> Journal::on(const Event& event) {
  tell(event);
  if (!std::holds_alternative<RunFinished>(event)) return {};
  return failure_ ? tell_failure() : Result<void>();
}

void Journal::tell(const Event& event) {
  std::visit(Overloaded{
                 [](const RunStarted&) {},
                 [&](const JobStarted& start) { started(start); },
                 [&](const JobPostponed& job) { stopped(job.id.job); },
                 [&](const JobRetrying& job) { stopped(job.attempt.id.job); },
                 [&](const JobFinished& job) { finished(job.record); },
                 [&](const WorkersReduced& reduced) {
                   counts_.workers_limited_by = reduced.message;
                   commits_.note();
                 },
                 [](const RunStatus&) {},
                 [&](const RunCancelling& cancelling) {
                   counts_.ended_by = name_of(cancelling.reason);
                   commits_.note();
                 },
                 [&](const RunFinished& end) { run_finished(end.summary); },
             },
             event);
  settle();
}

void Journal::started(const JobStarted& start) {
  open_.started(start);
  counts_.workers = std::max(counts_.workers, open_.running());
}

void Journal::stopped(JobIndex job) {
  const std::optional<std::int64_t> row = open_.stopped(job);
  if (row && begin()) accept(rows_->withdraw_running(*row));
}

void Journal::finished(const JobRecord& record) {
  const RowOfJob row = open_.finished(record.spec.index);
  if (record.is_reused) {
    counts_.count(record);
    commits_.note();
    return;
  }
  note_unrecorded(record);
  if (failure_) return;
  commits_.hold();
  const bool has_files = JobRows::is_large(record.out) || JobRows::is_large(record.err) ||
                         JobRows::is_large(record.value);
  has_files ? write_files(row, record) : write(row, record, 0);
}

/// Until the next commit, or for ever. Nothing is lost of a job that was aborted: it will run
/// again.
void Journal::note_unrecorded(const JobRecord& record) {
  if (status_of(record.outcome) == Status::aborted) return;
  (failure_ ? unrecorded_ : written_).add(record.spec);
}

void Journal::write(const RowOfJob& row, const JobRecord& record, std::uint64_t large_value) {
  if (begin() && accept(rows_->write(row, record, large_value))) counts_.count(record);
}

void Journal::write_files(const RowOfJob& row, const JobRecord& record) {
  const std::uint64_t number = next_folder_++;
  NewFolder folder;
  folder.place = rows_->folder_of(row.row);
  folder.is_synced = is_synced_;
  folder.on_complete = [this, number] { files_complete(number); };
  const auto add_if_large = [&](const char* name, const Output& output) {
    if (!JobRows::is_large(output)) return;
    folder.files.push_back({name, Rope()});
    folder.files.back().text.refer_to(output.slice());
  };
  add_if_large("stdout", record.out);
  add_if_large("stderr", record.err);
  Waiting waiting{row, record, 0};
  if (JobRows::is_large(record.value)) {
    waiting.large_value = record.value->size();
    folder.files.push_back({"value", Rope(*std::move(waiting.record.value))});
    waiting.record.value.reset();
  }
  waiting_.emplace(number, std::move(waiting));
  accept(large_.write(std::move(folder)));
}

void Journal::files_complete(std::uint64_t folder) {
  const auto waiting = waiting_.find(folder);
  if (waiting == waiting_.end()) return;  // given up
  const Waiting complete = std::move(waiting->second);
  waiting_.erase(waiting);
  write(complete.row, complete.record, complete.large_value);
  settle();
}

void Journal::run_finished(const Summary& summary) {
  summary_ = summary;
  counts_.workers = summary.workers;
  counts_.workers_limited_by = summary.workers_limited_by;
  counts_.ended_by = summary.ended_by;
  if (failure_ || !begin()) return;
  if (earlier_ && has_all_jobs_ && !accept(rows_->forget_other_places())) return;
  commit(commits_.now());
}

void Journal::commit_due() {
  commits_.woken();
  const Instant until = commits_.now() - commits_.gap();
  const std::optional<Instant> start = open_.first_start();
  if (start && *start <= until && begin()) accept(write_starts(until));
  settle();
}

bool Journal::begin() {
  return !failure_ && accept(commits_.begin(database_));
}

bool Journal::accept(const Result<void>& done) {
  if (!done) fail(done.error());
  return static_cast<bool>(done);
}

/// Commits what it is time for, and sees to it that the rest is not forgotten.
void Journal::settle() {
  if (failure_) return;
  const Instant now = commits_.now();
  if (commits_.is_due(now)) commit(now);
  if (failure_) return;
  const std::optional<Instant> start = open_.first_start();
  commits_.wake(start ? std::optional<Instant>(*start + commits_.gap()) : std::nullopt);
}

void Journal::commit(Instant now) {
  if (!accept(write_commit(now))) return;
  written_.clear();
  for (const auto& [number, waiting] : waiting_) note_unrecorded(waiting.record);
  if (waiting_.empty()) commits_.release();
}

Result<void> Journal::write_commit(Instant now) {
  if (Result<void> done = commits_.begin(database_); !done) return done;
  counts_.running = open_.running();
  if (Result<void> done = session_->update(counts_, now); !done) return done;
  if (summary_) {
    if (Result<void> done = session_->summarize(*summary_); !done) return done;
  }
  return commits_.commit(database_, now);
}

/// Those that run so long that somebody may ask for them. Only between events: while one is told,
/// jobs of the next ones may be gone already.
Result<void> Journal::write_starts(Instant until) {
  while (const std::optional<OpenJobs::Start> start = open_.take_start(until)) {
    Result<void> done = rows_->write_running(start->job, *start->spec, start->id, start->at);
    if (!done) return done;
  }
  return {};
}

void Journal::fail(const Error& why) {
  if (failure_) return;
  failure_ = writing_failed(path_, why);
  unrecorded_ = std::move(written_);
  waiting_.clear();
  commits_.give_up(database_);
}

Result<void> Journal::tell_failure() {
  if (std::exchange(is_failure_told_, true)) return {};
  Error error = *failure_;
  if (!unrecorded_.empty()) error.message += "; not recorded: " + unrecorded_.text();
  return error;
}

Result<void> Journal::end(int exit_code) {
  if (!failure_ && !waiting_.empty())
    fail({ErrorKind::output, "its large outputs were not written"});
  const Instant now = commits_.now();
  if (failure_) {
    // Perhaps there is room for this much. If not, the session looks as if its runner had died.
    (void)session_->end(exit_code, name_of(RunCancelling::Reason::journal), now);
    return tell_failure();
  }
  if (begin() && accept(session_->end(exit_code, {}, now))) commit(now);
  return failure_ ? tell_failure() : Result<void>();
}

}  // namespace fanout
