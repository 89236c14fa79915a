#include "os/own_process.hpp"

#include <unistd.h>

#include <filesystem>
#include <system_error>

namespace fanout {

std::int64_t own_process() {
  return ::getpid();
}

std::string working_directory() {
  std::error_code error;
  return std::filesystem::current_path(error).string();
}

}  // namespace fanout
