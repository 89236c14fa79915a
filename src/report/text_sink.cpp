#include "report/text_sink.hpp"

#include <utility>

namespace fanout {
namespace {

SlotNumber last_slot(const JobRecord& record) {
  return record.attempts.empty() ? SlotNumber{} : record.attempts.back().id.slot;
}

}  // namespace

TextSink::TextSink(ByteWriter& out, ByteWriter& err, Order order, BlobStore& waiting, TagOf tag)
    : out_(out),
      err_(err),
      order_(order, waiting, [this](Passage passage) { return write(std::move(passage)); }),
      tag_(std::move(tag)) {}

Result<void> TextSink::on(const Event& event) {
  if (std::holds_alternative<RunFinished>(event)) return errors_of(out_, err_);
  const auto* job = std::get_if<JobFinished>(&event);
  if (job == nullptr) return {};
  const JobRecord& record = job->record;
  const Encoding encoding = encoding_of(tag_, {record.spec, record.argv, last_slot(record)});
  Passage passage;
  passage.out.append(record.out.slice(), encoding);
  passage.err.append(record.err.slice(), encoding);
  return order_.put(record.spec.index, std::move(passage));
}

Result<void> TextSink::write(Passage passage) {
  static_cast<void>(out_.write(std::move(passage.out)));
  static_cast<void>(err_.write(std::move(passage.err)));
  return are_over(out_, err_) ? errors_of(out_, err_) : Result<void>();
}

}  // namespace fanout
