#include "report/text_sink.hpp"

#include <cstring>
#include <utility>

#include "report/label.hpp"

namespace fanout {
namespace {

// A piece is both streams of a job: the size of the first, the first, the second.
std::string join_streams(std::string_view out, std::string_view err) {
  const std::uint64_t size = out.size();
  std::string piece(sizeof size, '\0');
  std::memcpy(piece.data(), &size, sizeof size);
  piece += out;
  piece += err;
  return piece;
}

std::pair<std::string_view, std::string_view> split_streams(std::string_view piece) {
  std::uint64_t size = 0;
  std::memcpy(&size, piece.data(), sizeof size);
  piece.remove_prefix(sizeof size);
  return {piece.substr(0, size), piece.substr(size)};
}

/// Every line with the label before it; a last line without its newline gets one.
std::string tagged(std::string_view bytes, const std::string& label) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    out += label;
    out += '\t';
    out += bytes.substr(0, end);
    out += '\n';
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return out;
}

}  // namespace

TextSink::TextSink(ByteWriter& out, ByteWriter& err, Order order, MakeScratch make_scratch, Tag tag)
    : out_(out), err_(err), tag_(tag) {
  if (order != Order::input) return;
  in_order_.emplace(std::move(make_scratch), [this](std::string_view piece) {
    const auto [out_part, err_part] = split_streams(piece);
    return write(out_part, err_part);
  });
}

Result<void> TextSink::on(const Event& event) {
  const auto* job = std::get_if<JobFinished>(&event);
  if (job == nullptr) return {};
  const JobRecord& record = job->record;
  if (tag_ == Tag::none) return put(record.spec.index, record.out.bytes, record.err.bytes);
  const std::string label = job_label(record, kWholeLabel);
  return put(record.spec.index, tagged(record.out.bytes, label), tagged(record.err.bytes, label));
}

Result<void> TextSink::put(JobIndex index, std::string_view out, std::string_view err) {
  // Nothing has to wait in the order of completion, so nothing is copied to wait.
  if (!in_order_) return write(out, err);
  return in_order_->put(index, join_streams(out, err));
}

Result<void> TextSink::write(std::string_view out, std::string_view err) {
  // Both are tried: a full disk behind one stream does not silence the other.
  const Result<void> out_written = out.empty() ? Result<void>() : out_.write(out);
  const Result<void> err_written = err.empty() ? Result<void>() : err_.write(err);
  return out_written ? err_written : out_written;
}

}  // namespace fanout
