#include "os/folder_queue.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <utility>

namespace fanout {
namespace {

// What is written in one go, as in OutputQueue.
constexpr std::size_t kTurn = std::size_t{1} << 20;

// The name of the last file until it is complete.
constexpr const char* kUnfinished = ".unfinished";

int open_directory(int above, const char* name) {
  return ::openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

std::uint64_t size_of(const NewFolder& folder) {
  return std::accumulate(
      folder.files.begin(), folder.files.end(), std::uint64_t{0},
      [](std::uint64_t sum, const NewFile& file) { return sum + file.text.size(); });
}

/// As mkdir -p. Returns 0 or the error number.
int make_directories(const std::string& path) {
  for (std::size_t slash = path.find('/', 1); slash != path.npos;
       slash = path.find('/', slash + 1)) {
    // An error shows at the last one.
    ::mkdir(path.substr(0, slash).c_str(), 0777);
  }
  return ::mkdir(path.c_str(), 0777) == 0 || errno == EEXIST ? 0 : errno;
}

}  // namespace

Result<std::unique_ptr<FolderQueue>> FolderQueue::open(EventLoop& loop,
                                                       const std::string& directory,
                                                       std::function<void()> on_room) {
  if (const int error_number = make_directories(directory); error_number != 0) {
    return system_error("mkdir", directory, error_number);
  }
  Fd opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open()) return system_error("open", directory, errno);
  if (::faccessat(opened.get(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
    return system_error("write to", directory, errno);
  }
  return std::unique_ptr<FolderQueue>(
      new FolderQueue(loop, directory, std::move(opened), std::move(on_room)));
}

FolderQueue::FolderQueue(EventLoop& loop, std::string name, Fd directory,
                         std::function<void()> on_room)
    : name_(std::move(name)),
      directory_(std::move(directory)),
      on_room_(std::move(on_room)),
      next_turn_(loop, [this] { write_turn(); }) {}

Result<void> FolderQueue::write(NewFolder folder) {
  if (!error_) {
    size_ += size_of(folder);
    waiting_.push_back(std::move(folder));
    if (waiting_.size() == 1 && !is_writing_) write_turn();
  }
  if (!error_) return {};
  is_told_ = true;
  return *error_;
}

void FolderQueue::write_turn() {
  const bool was_full = is_full();
  const bool had_error = error_.has_value();
  is_writing_ = true;
  std::size_t budget = kTurn;
  while (!waiting_.empty() && budget > 0) {
    const Result<bool> is_done = write_some(budget);
    if (!is_done) {
      give_up(is_done.error());
    } else if (*is_done) {
      end_folder();
    }
  }
  is_writing_ = false;
  if (!waiting_.empty()) next_turn_.request();
  if ((was_full && !is_full()) || error_.has_value() != had_error) on_room_();
}

void FolderQueue::end_folder() {
  const std::function<void()> on_complete = std::move(waiting_.front().on_complete);
  waiting_.pop_front();
  folder_.close();
  at_ = 0;
  if (on_complete) on_complete();
}

void FolderQueue::give_up(Error error) {
  error_ = std::move(error);
  if (folder_.is_open()) ::unlinkat(folder_.get(), kUnfinished, 0);
  reader_.reset();
  waiting_.clear();
  size_ = 0;
}

/// Whether the first folder is complete.
Result<bool> FolderQueue::write_some(std::size_t& budget) {
  NewFolder& folder = waiting_.front();
  if (!folder_.is_open()) {
    if (Result<void> begun = begin_folder(); !begun) return std::move(begun).error();
  }
  while (at_ < folder.files.size()) {
    if (!reader_) {
      if (Result<void> begun = begin_file(folder.files[at_]); !begun) return begun.error();
    }
    const std::uint64_t left = reader_->left();
    const Result<std::string_view> chunk = reader_->next();
    if (!chunk) return chunk.error();
    size_ -= left - reader_->left();
    if (chunk->empty()) {
      if (Result<void> ended = end_file(); !ended) return std::move(ended).error();
      continue;
    }
    if (const int number = write_all(file_.get(), *chunk); number != 0) {
      return failure("write", number);
    }
    budget -= std::min(budget, chunk->size());
    if (budget == 0) return false;
  }
  return true;
}

Result<void> FolderQueue::begin_folder() {
  const NewFolder& folder = waiting_.front();
  path_ = name_;
  is_new_ = false;
  Fd at(::fcntl(directory_.get(), F_DUPFD_CLOEXEC, 0));
  if (!at.is_open()) return failure("open", errno);
  for (const std::string& name : folder.place) {
    path_ += "/" + name;
    Result<Fd> next = enter(at, name);
    if (!next) return std::move(next).error();
    at = std::move(*next);
  }
  folder_ = std::move(at);
  // It speaks of the files that were here before.
  if (!is_new_) ::unlinkat(folder_.get(), folder.files.back().name.c_str(), 0);
  return {};
}

Result<Fd> FolderQueue::enter(const Fd& above, const std::string& name) {
  is_new_ = ::mkdirat(above.get(), name.c_str(), 0777) == 0;
  if (!is_new_ && errno != EEXIST) return failure("mkdir", errno);
  Fd opened(open_directory(above.get(), name.c_str()));
  if (!opened.is_open()) return failure("open", errno);
  return opened;
}

Result<void> FolderQueue::begin_file(NewFile& file) {
  const bool is_last = &file == &waiting_.front().files.back();
  const char* name = is_last ? kUnfinished : file.name.c_str();
  if (!is_new_) ::unlinkat(folder_.get(), name, 0);
  file_ = Fd(::openat(folder_.get(), name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file_.is_open()) return failure("open", errno);
  reader_.emplace(std::move(file.text));
  return {};
}

Result<void> FolderQueue::end_file() {
  reader_.reset();
  const bool is_synced = waiting_.front().is_synced;
  if (is_synced && ::fdatasync(file_.get()) != 0) return failure("fdatasync", errno);
  file_.close();
  const std::vector<NewFile>& files = waiting_.front().files;
  if (++at_ < files.size()) return {};
  const char* name = files.back().name.c_str();
  if (::renameat(folder_.get(), kUnfinished, folder_.get(), name) != 0) {
    return failure("rename", errno);
  }
  if (is_synced && ::fsync(folder_.get()) != 0) return failure("fsync", errno);
  return {};
}

Error FolderQueue::failure(const char* call, int error_number) const {
  Error error = system_error(call, path_, error_number);
  error.kind = ErrorKind::output;
  return error;
}

std::optional<Error> FolderQueue::untold_error() const {
  return is_told_ ? std::nullopt : error_;
}

}  // namespace fanout
