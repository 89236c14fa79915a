// The JSON that stands in columns of a journal, read back: words, arguments and grants. Numbers
// keep their digits, and bytes that are no text become what they were.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/result.hpp"
#include "fanout/plan.hpp"
#include "fanout/value.hpp"

namespace fanout {

// Each is an error when the text is not what the journal has there: somebody changed it.

/// An array of words, which may be any bytes.
Result<std::vector<std::string>> words_of_json(std::string_view text);
Result<std::vector<Value>> values_of_json(std::string_view text);
Result<Kwargs> kwargs_of_json(std::string_view text);
/// `{"gpu":[0,1]}`
Result<Grants> grants_of_json(std::string_view text);

}  // namespace fanout
