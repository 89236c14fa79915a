#include "os/scratch_file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <limits>

namespace fanout {
namespace {

constexpr std::size_t kRoomKept = 64;  // blocks

std::string scratch_directory() {
  const char* directory = std::getenv("TMPDIR");
  return directory != nullptr && *directory != '\0' ? directory : "/tmp";
}

// What cannot be set aside cannot be written later: to the user it is the output that fails.
Error output_error(const char* call, const std::string& object, int error_number) {
  Error error = system_error(call, object, error_number);
  error.kind = ErrorKind::output;
  return error;
}

// For file systems without O_TMPFILE (some network and overlay ones).
Fd open_and_unlink(const std::string& directory) {
  std::string path = directory + "/fanout-XXXXXX";
  Fd file(::mkostemp(path.data(), O_CLOEXEC));
  if (file.is_open()) ::unlink(path.c_str());
  return file;
}

Fd hold_place() {
  return Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

// A write beyond `ulimit -f` would be answered with SIGXFSZ, which ends a process: setrlimit(2).
std::uint64_t most_blocks() {
  rlimit size{};
  if (::getrlimit(RLIMIT_FSIZE, &size) != 0) size.rlim_cur = RLIM_INFINITY;
  return std::min<std::uint64_t>(size.rlim_cur / Scratch::kBlockSize,
                                 std::numeric_limits<Scratch::Block>::max());
}

off_t place_of(Scratch::Block block, std::size_t offset) {
  return static_cast<off_t>(std::uint64_t{block} * Scratch::kBlockSize + offset);
}

}  // namespace

// Without a place the file is opened like any other.
ScratchFile::ScratchFile() : place_(hold_place()) {}

Result<void> ScratchFile::open() {
  const std::string directory = scratch_directory();
  place_.close();
  file_ = Fd(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file_.is_open()) file_ = open_and_unlink(directory);
  if (file_.is_open()) {
    most_ = most_blocks();
    return {};
  }
  const int error_number = errno;
  place_ = hold_place();
  return output_error("open a scratch file in", directory, error_number);
}

Result<Scratch::Block> ScratchFile::take() {
  if (!file_.is_open()) {
    if (Result<void> opened = open(); !opened) return std::move(opened).error();
  }
  for (std::vector<Block>* free : {&free_, &holes_}) {
    if (free->empty()) continue;
    const Block block = free->back();
    free->pop_back();
    return block;
  }
  if (next_ >= most_) return output_error("write a scratch file in", scratch_directory(), EFBIG);
  return Block{next_++};
}

void ScratchFile::give_back(Block block) {
  // A few keep their room on the disk, since they will be wanted again. Where the file system
  // makes no holes all of them do, and that is no harm.
  if (free_.size() < kRoomKept) return free_.push_back(block);
  ::fallocate(file_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, place_of(block, 0),
              kBlockSize);
  holes_.push_back(block);
}

Result<void> ScratchFile::write(Block block, std::size_t offset, std::string_view bytes) {
  off_t place = place_of(block, offset);
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(file_.get(), bytes.data(), bytes.size(), place);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return output_error("write a scratch file in", scratch_directory(), errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
    place += count;
  }
  return {};
}

Result<void> ScratchFile::read(Block block, std::size_t offset, std::span<char> into) {
  off_t place = place_of(block, offset);
  while (!into.empty()) {
    const ssize_t count = ::pread(file_.get(), into.data(), into.size(), place);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      // An end before its time: somebody cut the file, or it never held so much.
      return output_error("read a scratch file in", scratch_directory(), count < 0 ? errno : EIO);
    }
    into = into.subspan(static_cast<std::size_t>(count));
    place += count;
  }
  return {};
}

}  // namespace fanout
