#include "store/run_directory.hpp"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <random>
#include <system_error>
#include <utility>

#include "fanout/base/text.hpp"
#include "os/private_directory.hpp"

namespace fanout {
namespace {

namespace fs = std::filesystem;

// No i, l, o and u: what is read aloud or copied from a screen is not mistaken.
constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kHandleSize = 6;

constexpr const char* kOurs = "/fanout/runs";

std::string random_handle() {
  std::random_device random;
  std::uniform_int_distribution<std::size_t> any(0, kAlphabet.size() - 1);
  std::string handle;
  while (handle.size() < kHandleSize) handle += kAlphabet[any(random)];
  return handle;
}

bool is_absolute(const char* path) {
  return path != nullptr && path[0] == '/';
}

/// Of this user; whatever cannot be looked at is not.
bool is_own(const RunDirectory& run) {
  const auto owner = owner_of_directory(run.path());
  return owner && *owner == own_user();
}

Error system_error_of(const char* call, const std::string& path, const std::error_code& error) {
  return system_error(call, path, error.value());
}

Result<void> remove_tree(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return system_error_of("remove", path, error);
  return {};
}

}  // namespace

bool is_handle(std::string_view text) {
  return text.size() == kHandleSize && text.find_first_not_of(kAlphabet) == text.npos;
}

RunDirectory::RunDirectory(const std::string& place, std::string handle)
    : handle_(std::move(handle)), path_(place + "/" + handle_) {
  assert(is_handle(handle_) && "only handles become part of a path");
}

Result<RunDirectories> RunDirectories::at(const char* state_home, const char* home) {
  if (is_absolute(state_home)) return RunDirectories(std::string(state_home) + kOurs);
  if (is_absolute(home)) return RunDirectories(std::string(home) + "/.local/state" + kOurs);
  return usage_error(
      "nobody says where runs are kept: set HOME or XDG_STATE_HOME to the path of a directory");
}

Result<RunDirectories> RunDirectories::of_this_user() {
  return at(std::getenv("XDG_STATE_HOME"), std::getenv("HOME"));
}

Result<RunDirectory> RunDirectories::make() const {
  // SQLite opens no path of 512 bytes, those of the files beside it among them.
  constexpr std::size_t kLongestPlace = 480;
  if (place_.size() > kLongestPlace) {
    return usage_error(
        "the path to the directory of runs is too long: set XDG_STATE_HOME to one of " +
        std::to_string(kLongestPlace - std::string_view(kOurs).size()) + " bytes at most");
  }
  if (Result<void> made = make_private_directories(place_); !made) return made.error();
  while (true) {
    RunDirectory run(place_, random_handle());
    const Result<bool> made = make_private_directory(run.path());
    if (!made) return made.error();
    if (*made) return run;
  }
}

Result<RunDirectory> RunDirectories::find(std::string_view handle) const {
  if (!is_handle(handle)) return unknown(handle);
  RunDirectory run(place_, std::string(handle));
  const Result<std::optional<std::uint32_t>> owner = owner_of_directory(run.path());
  if (!owner) return owner.error();
  if (!*owner) return unknown(handle);
  if (**owner == own_user()) return run;
  return usage_error("run " + in_quotes(handle) + " belongs to another user (" +
                     std::to_string(**owner) + "): only who started a run may use it");
}

Error RunDirectories::unknown(std::string_view handle) const {
  std::vector<std::string_view> known;
  const Result<std::vector<RunDirectory>> runs = all();
  if (runs) {
    for (const RunDirectory& run : *runs) known.push_back(run.handle());
  }
  const std::string near = did_you_mean(handle, known);
  return usage_error("no run " + in_quotes(handle) +
                     (near.empty() ? ", or it was closed: \"fanout list\" shows all" : near));
}

Result<std::vector<RunDirectory>> RunDirectories::all() const {
  std::vector<RunDirectory> runs;
  std::error_code error;
  fs::directory_iterator entry(place_, error);
  if (error == std::errc::no_such_file_or_directory) return runs;
  while (!error && entry != fs::directory_iterator()) {
    const std::string name = entry->path().filename().string();
    if (is_handle(name)) {
      RunDirectory run(place_, name);
      if (is_own(run)) runs.push_back(std::move(run));
    }
    entry.increment(error);
  }
  if (error) return system_error_of("read", place_, error);
  std::ranges::sort(runs, {}, &RunDirectory::handle);
  return runs;
}

Result<void> RunDirectories::remove(const RunDirectory& run) const {
  // Removing thousands of files takes a while, and may be cut short: under a name that is no handle
  // nobody takes what is left for a run.
  const std::string doomed = run.path() + ".closed";
  if (Result<void> removed = remove_tree(doomed); !removed) return removed;
  std::error_code error;
  fs::rename(run.path(), doomed, error);
  if (error) return system_error_of("rename", run.path(), error);
  return remove_tree(doomed);
}

}  // namespace fanout
