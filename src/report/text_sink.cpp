#include "report/text_sink.hpp"

#include <utility>

#include "report/label.hpp"

namespace fanout {

TextSink::TextSink(ByteWriter& out, ByteWriter& err, Order order, BlobStore& waiting, Tag tag)
    : out_(out),
      err_(err),
      order_(order, waiting, [this](Passage passage) { return write(std::move(passage)); }),
      tag_(tag) {}

Result<void> TextSink::on(const Event& event) {
  if (std::holds_alternative<RunFinished>(event)) return end();
  const auto* job = std::get_if<JobFinished>(&event);
  if (job == nullptr) return {};
  const JobRecord& record = job->record;
  Encoding encoding;
  if (tag_ == Tag::item) {
    encoding = {Encoding::Form::tagged, job_label(record, kWholeLabel) + "\t"};
  }
  Passage passage;
  passage.out.append(record.out.slice(), encoding);
  passage.err.append(record.err.slice(), encoding);
  return order_.put(record.spec.index, std::move(passage));
}

Result<void> TextSink::write(Passage passage) {
  static_cast<void>(out_.write(std::move(passage.out)));
  static_cast<void>(err_.write(std::move(passage.err)));
  const bool is_over = (out_.error && err_.error) || out_.is_reader_gone() || err_.is_reader_gone();
  return is_over ? end() : Result<void>();
}

Result<void> TextSink::Target::write(std::string_view bytes) {
  return error || bytes.empty() ? Result<void>() : keep_error(to.write(bytes));
}

Result<void> TextSink::Target::write(Rope rope) {
  return error || rope.empty() ? Result<void>() : keep_error(to.write(std::move(rope)));
}

Result<void> TextSink::Target::keep_error(Result<void> written) {
  if (!written) error = written.error();
  return written;
}

Result<void> TextSink::end() const {
  for (const Target* target : {&out_, &err_}) {
    if (target->error) return *target->error;
  }
  return {};
}

}  // namespace fanout
