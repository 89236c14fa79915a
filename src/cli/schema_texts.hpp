// The JSON Schemas of our formats, as `fanout schema` prints them.
#pragma once

#include <string_view>

namespace fanout {

std::string_view manifest_schema();
std::string_view result_schema();

}  // namespace fanout
