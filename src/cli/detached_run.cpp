#include "cli/detached_run.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/messages.hpp"
#include "fanout/base/text.hpp"
#include "os/input_spool.hpp"
#include "os/input_stream.hpp"

namespace fanout {
namespace {

template <typename Input>
Result<std::unique_ptr<LiveInput>> as_live_input(Result<std::unique_ptr<Input>> opened) {
  if (!opened) return std::move(opened).error();
  return std::unique_ptr<LiveInput>(*std::move(opened));
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<std::unique_ptr<LiveInput>> kept_input(const RunDirectory& run) {
  if (exists(run.input())) return as_live_input(InputStream::open(run.input()));
  if (!exists(run.partial_input())) {
    return usage_error("of the standard input of run " + in_quotes(run.handle()) +
                       " nothing was kept");
  }
  complain("the standard input of run " + in_quotes(run.handle()) +
           " was not read to its end when it died: only what was read is run");
  return as_live_input(InputSpool::rest_of(run.partial_input()));
}

}  // namespace

Result<std::unique_ptr<LiveInput>> open_input(const std::string& path,
                                              const std::optional<DetachedRun>& detached) {
  if (path != "-" || !detached) return as_live_input(InputStream::open(path));
  const RunDirectory& run = detached->directory;
  if (detached->kind == DetachedRun::Kind::resumed) return kept_input(run);
  return as_live_input(InputSpool::open(run.partial_input(), run.input()));
}

}  // namespace fanout
