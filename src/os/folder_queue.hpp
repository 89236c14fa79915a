// Folders of files below one directory. What is small is there at once; what is large is written a
// turn of the loop at a time. Nothing comes to be outside of the directory: links are not followed.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fanout/base/folder.hpp"
#include "os/event_loop.hpp"
#include "os/fd.hpp"
#include "os/later_call.hpp"

namespace fanout {

class FolderQueue : public FolderWriter {
 public:
  /// `on_room` is called when is_full() was true and no longer is, and when an error has ended it all.
  /// Makes the directory, and those above it, where they are not there yet. The loop must outlive
  /// this, and the stores of blobs what is written.
  static Result<std::unique_ptr<FolderQueue>> open(EventLoop& loop, const std::string& directory,
                                                   std::function<void()> on_room);

  Result<void> write(NewFolder folder) override;

  bool is_empty() const { return waiting_.empty(); }
  /// So much waits that nobody should add to it who can help it.
  bool is_full() const { return size_ >= kFull; }

  /// One that no write has told.
  std::optional<Error> untold_error() const;

 private:
  static constexpr std::uint64_t kFull = std::uint64_t{16} << 20;

  FolderQueue(EventLoop& loop, std::string name, Fd directory, std::function<void()> on_room);
  void write_turn();
  void give_up(Error error);
  Result<bool> write_some(std::size_t& budget);
  Result<void> begin_folder();
  Result<void> begin_file(NewFile& file);
  Result<void> end_file();
  void end_folder();
  Result<Fd> enter(const Fd& above, const std::string& name);
  Error failure(const char* call, int error_number) const;

  std::string name_;
  Fd directory_;
  std::function<void()> on_room_;
  std::deque<NewFolder> waiting_;
  std::uint64_t size_ = 0;  // of the files that have not been begun
  // Of the first that waits:
  Fd folder_;
  std::string path_;  // for messages
  bool is_new_ = false;
  std::size_t at_ = 0;  // of its files
  Fd file_;
  std::optional<RopeReader> reader_;
  std::optional<Error> error_;
  bool is_told_ = false;
  bool is_writing_ = false;  // in a turn
  LaterCall next_turn_;
};

}  // namespace fanout
