#include "fanout/base/result.hpp"

#include <system_error>

namespace fanout {

Error system_error(const std::string& call, const std::string& object, int error_number) {
  std::string message = call;
  if (!object.empty()) message += " \"" + object + "\"";
  message += ": " + std::generic_category().message(error_number);
  return {ErrorKind::system, std::move(message)};
}

}  // namespace fanout
