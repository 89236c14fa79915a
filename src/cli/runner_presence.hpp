// What others see of the runner of a detached run while it lives: a lock that says so, a socket
// that can be asked, a log. Decides nothing but whether a wish changes anything.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/detached_run.hpp"
#include "cli/ending.hpp"
#include "cli/machine.hpp"
#include "os/detach.hpp"
#include "os/local_socket.hpp"

namespace fanout {

class RunnerPresence {
 public:
  /// Standard error is the log from now on, until this is gone or keeps it. `stage` is asked when
  /// somebody has a wish, which comes as AbortAsked. All must outlive this.
  static Result<std::unique_ptr<RunnerPresence>> open(const DetachedRun& run, Machine& machine,
                                                      std::function<EndStage()> stage);

  /// From now on others can ask. The journal must be locked: what is there is replaced.
  Result<void> listen();

  /// Nobody can ask any longer, and another runner may come. Who waits is told when this is gone.
  void withdraw();

  /// All is well: the starter may go. The error says that it has gone already.
  Result<void> announce();

 private:
  RunnerPresence(const DetachedRun& run, Machine& machine, std::function<EndStage()> stage,
                 RedirectedError log);

  LocalServer::Answer answer(std::string_view message);
  bool abort(bool kills);

  std::string socket_;
  Starter& starter_;
  Machine& machine_;
  std::function<EndStage()> stage_;
  EndStage asked_ = EndStage::none;
  RedirectedError log_;
  std::unique_ptr<LocalServer> server_;
};

}  // namespace fanout
