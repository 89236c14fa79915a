#include "cli/local_jobs.hpp"

#include <cstdio>
#include <random>
#include <string>
#include <utility>

namespace fanout {
namespace {

std::string new_run_id() {
  std::random_device random;
  char id[17];
  std::snprintf(id, sizeof id, "%08x%08x", random(), random());
  return id;
}

}  // namespace

std::unique_ptr<LocalExecutor> make_local_executor(Machine& machine, BlobStore& outputs,
                                                   LocalExecutorOptions options) {
  options.run_id = new_run_id();
  auto executor =
      std::make_unique<LocalExecutor>(machine.loop(), machine.inbox(), outputs, std::move(options));
  machine.on_stop([at = executor.get()] { at->suspend(); },
                  [at = executor.get()] { at->resume(); });
  return executor;
}

}  // namespace fanout
