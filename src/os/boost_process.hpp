// Boost.Process v2 as Debian 12 has it: its headers do not include all they use, so they need
// this order. For sources of os only.
#pragma once

// clang-format off
#include <boost/asio/detail/throw_error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/optional.hpp>
#include <boost/type_traits/remove_pointer.hpp>
#include <boost/process/v2/error.hpp>
#include <boost/process/v2/process.hpp>
// clang-format on
