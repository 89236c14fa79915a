// The settings in force as a JSON object: what a result's `run.settings` says.
#pragma once

#include <cstdint>
#include <string>

#include "fanout/settings.hpp"

namespace fanout {

/// `max_workers` is what the setting came to on this machine; a `load` is that already.
std::string settings_json(const Settings& settings, std::uint32_t max_workers);

}  // namespace fanout
