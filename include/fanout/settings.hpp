// The settings of a run: one table of names, read the same from a command line and a manifest.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/result.hpp"
#include "fanout/base/time.hpp"
#include "fanout/halt.hpp"
#include "fanout/plan.hpp"
#include "fanout/process_terms.hpp"
#include "fanout/retry.hpp"
#include "fanout/throttle.hpp"

namespace fanout {

/// What becomes of processes that a job left behind when its own had ended.
enum class OnLeak { leave, kill };
enum class Parse { text, json, lines };
enum class OutputForm { json, jsonl, text, values, none };
enum class Order { by_form, input, completion };
/// Whose habit the exit code follows; see cli/exit_code.hpp.
enum class ExitStyle { native, parallel, xargs, first, max };

/// `N`, `N%` of the processors this process may use, or no limit.
struct WorkerLimit {
  static constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();
  enum class Unit { processors, workers };
  Unit unit = Unit::processors;  ///< processors: `amount` is a percentage of them
  std::uint32_t amount = 100;    ///< workers: 0 is serial

  /// The number of slots on a machine where fanout may use that many processors; at least 1.
  std::uint32_t resolve(std::uint32_t processors) const;
  bool is_serial() const { return unit == Unit::workers && amount == 0; }

  bool operator==(const WorkerLimit&) const = default;
};

struct Settings {
  WorkerLimit max_workers;
  Duration timeout{};  ///< per attempt; 0 is none
  Duration grace = std::chrono::seconds(5);
  Duration leak_timeout = std::chrono::seconds(1);  ///< 0: as long as it takes
  OnLeak on_leak = OnLeak::leave;
  Duration deadline{};  ///< for the run; 0 is none
  Duration pause{};     ///< least gap between any two starts
  std::optional<StartRate> rate;
  std::optional<LoadLimit> load;  ///< at or above it nothing more starts
  std::uint64_t memfree = 0;      ///< below so many bytes nothing more starts; 0 is none
  ProcessTerms terms;             ///< of jobs without their own
  std::uint32_t retries = 0;
  RetryOn retry_on;
  Backoff backoff;
  Halt halt;
  ExitStyle exit_status = ExitStyle::native;
  bool silent = false;
  bool shell = false;
  bool placeholders = true;
  Parse parse = Parse::text;
  OutputForm output = OutputForm::json;
  Order order = Order::by_form;
  std::optional<std::string> replace_failed;  ///< compact JSON
  std::optional<std::uint64_t> capture;       ///< bytes of each output to keep; empty: all
  std::vector<Resource> resources;            ///< no setting of one text: `resources`, --resource
};

/// Sets the setting `name` (with `_`, as in a manifest) from its text; flags take `true` and
/// `false`. The error names the value and what was expected, not the setting.
/// Precondition: is_setting(name).
Result<void> apply_setting(Settings& settings, std::string_view name, std::string_view text);

bool is_setting(std::string_view name);

/// The names of all settings, as in a manifest.
std::span<const std::string_view> setting_names();

/// The word for it on a command line and in a manifest.
std::string_view name_of(OnLeak value);
std::string_view name_of(Parse value);
std::string_view name_of(OutputForm value);
std::string_view name_of(ExitStyle value);
std::string_view name_of(Backoff::Growth value);

}  // namespace fanout
