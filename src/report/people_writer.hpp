// What is said to people, beside the results. That nobody listens ends nothing.
#pragma once

#include <string_view>

#include "fanout/base/bytes.hpp"

namespace fanout {

class PeopleWriter : public ByteWriter {
 public:
  /// `to` must outlive this.
  explicit PeopleWriter(ByteWriter& to) : to_(to) {}

  using ByteWriter::write;
  Result<void> write(std::string_view bytes) override {
    Result<void> written = to_.write(bytes);
    const bool is_deaf = !written && written.error().kind == ErrorKind::reader_gone;
    return is_deaf ? Result<void>() : written;
  }

 private:
  ByteWriter& to_;
};

}  // namespace fanout
