// What the journal holds of a job as JSON, written.
#pragma once

#include <string>
#include <vector>

#include "fanout/job.hpp"
#include "fanout/plan.hpp"

namespace fanout {

std::string json_of_words(const std::vector<std::string>& words);
std::string json_of_args(const std::vector<Value>& args);
std::string json_of_kwargs(const Kwargs& kwargs);
/// {"gpu":[0,1]}
std::string json_of_grants(const Grants& grants);

}  // namespace fanout
