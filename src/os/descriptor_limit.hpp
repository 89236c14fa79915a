// How many descriptors we may have (getrlimit(2), RLIMIT_NOFILE): raised for ourselves, given back
// to our children, and never used up to the last by jobs.
#pragma once

#include <cstdint>

namespace fanout {

/// Raises the soft limit to the hard one when it is below `needed`.
void raise_descriptor_limit(std::uint64_t needed);

/// The limit that fanout was started with; for a child between fork and exec: async-signal-safe.
void restore_found_descriptor_limit();

/// Whether a descriptor of this number is one of the last few, which are for what jobs cannot wait
/// for: a scratch file, a look at /proc. The kernel always gives out the lowest free number.
bool is_reserved_descriptor(int number);

}  // namespace fanout
