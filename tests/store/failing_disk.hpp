// A disk that fails after so many steps: SQLite's own way to files, with a refusal put in between.
#pragma once

#include <sqlite3.h>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <utility>

namespace fanout {

/// Every database that is opened while it lives is on it.
class FailingDisk {
 public:
  enum class Then {
    stays_full,  ///< everything fails from then on
    recovers,    ///< only that step fails
  };

  FailingDisk() {
    sqlite3_vfs* real = sqlite3_vfs_find(nullptr);
    REQUIRE(real != nullptr);
    vfs_ = *real;
    vfs_.zName = "failing";
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
    vfs_.pAppData = this;
    vfs_.xOpen = open;
    real_ = real;
    REQUIRE(sqlite3_vfs_register(&vfs_, 1) == SQLITE_OK);
  }
  ~FailingDisk() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
  }
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  void fail_after(std::uint64_t steps, Then then) {
    left_ = steps;
    then_ = then;
    has_failed_ = false;
  }
  void repair() { left_ = std::numeric_limits<std::uint64_t>::max(); }
  bool has_failed() const { return has_failed_; }
  /// The first failure was that what had been written may not be on the disk.
  bool was_sync() const { return was_sync_; }

 private:
  struct File {
    sqlite3_file base;
    FailingDisk* disk;
    sqlite3_io_methods methods;
    // The real one follows.
  };

  static File* ours(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
  static sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(ours(file) + 1);
  }
  static bool fails(sqlite3_file* file, bool is_sync = false) {
    return ours(file)->disk->is_refused(is_sync);
  }

  bool is_refused(bool is_sync) {
    if (left_ > 0) {
      --left_;
      return false;
    }
    if (!std::exchange(has_failed_, true)) was_sync_ = is_sync;
    if (then_ == Then::recovers) repair();
    return true;
  }

  static int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags,
                  int* out_flags) {
    auto* disk = static_cast<FailingDisk*>(vfs->pAppData);
    File* opened = ours(file);
    opened->disk = disk;
    opened->base.pMethods = nullptr;
    const int code = disk->real_->xOpen(disk->real_, name, real(file), flags, out_flags);
    if (real(file)->pMethods == nullptr) return code;
    opened->methods = methods_of(real(file)->pMethods->iVersion);
    opened->base.pMethods = &opened->methods;
    return code;
  }

  static sqlite3_io_methods methods_of(int version) {
    using F = sqlite3_file;
    using N = sqlite3_int64;
    sqlite3_io_methods m{};
    m.iVersion = version;
    m.xClose = [](F* f) { return real(f)->pMethods->xClose(real(f)); };
    m.xRead = [](F* f, void* to, int n, N at) {
      return real(f)->pMethods->xRead(real(f), to, n, at);
    };
    m.xWrite = [](F* f, const void* from, int n, N at) {
      return fails(f) ? SQLITE_FULL : real(f)->pMethods->xWrite(real(f), from, n, at);
    };
    m.xTruncate = [](F* f, N size) {
      return fails(f) ? SQLITE_IOERR_TRUNCATE : real(f)->pMethods->xTruncate(real(f), size);
    };
    // Nobody cuts the power of a test.
    m.xSync = [](F* f, int) { return fails(f, true) ? SQLITE_IOERR_FSYNC : SQLITE_OK; };
    m.xFileSize = [](F* f, N* size) { return real(f)->pMethods->xFileSize(real(f), size); };
    m.xLock = [](F* f, int lock) { return real(f)->pMethods->xLock(real(f), lock); };
    m.xUnlock = [](F* f, int lock) { return real(f)->pMethods->xUnlock(real(f), lock); };
    m.xCheckReservedLock = [](F* f, int* out) {
      return real(f)->pMethods->xCheckReservedLock(real(f), out);
    };
    m.xFileControl = [](F* f, int op, void* arg) {
      return real(f)->pMethods->xFileControl(real(f), op, arg);
    };
    m.xSectorSize = [](F* f) { return real(f)->pMethods->xSectorSize(real(f)); };
    m.xDeviceCharacteristics = [](F* f) {
      return real(f)->pMethods->xDeviceCharacteristics(real(f));
    };
    m.xShmMap = [](F* f, int page, int size, int extend, void volatile** out) {
      if (extend != 0 && fails(f)) return SQLITE_IOERR_SHMSIZE;
      return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
    };
    m.xShmLock = [](F* f, int at, int n, int flags) {
      return real(f)->pMethods->xShmLock(real(f), at, n, flags);
    };
    m.xShmBarrier = [](F* f) { real(f)->pMethods->xShmBarrier(real(f)); };
    m.xShmUnmap = [](F* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); };
    m.xFetch = [](F* f, N at, int n, void** out) {
      return real(f)->pMethods->xFetch(real(f), at, n, out);
    };
    m.xUnfetch = [](F* f, N at, void* page) {
      return real(f)->pMethods->xUnfetch(real(f), at, page);
    };
    return m;
  }

  sqlite3_vfs vfs_{};
  sqlite3_vfs* real_ = nullptr;
  std::uint64_t left_ = std::numeric_limits<std::uint64_t>::max();
  Then then_ = Then::stays_full;
  bool has_failed_ = false;
  bool was_sync_ = false;
};

}  // namespace fanout
