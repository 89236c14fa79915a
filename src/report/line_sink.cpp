#include "report/line_sink.hpp"

#include <utility>

namespace fanout {

Result<void> LineTarget::write_lines(Rope lines) {
  Result<void> written = write(std::move(lines));
  is_in_line_ = false;
  return written;
}

Result<void> LineTarget::write_last(Rope rest) {
  Result<void> written = write(std::move(rest));
  is_in_line_ = true;
  return written;
}

Result<void> LineTarget::write(Rope text) {
  if (!is_in_line_) return target_.write(std::move(text));
  Rope with_end("\n");
  with_end.append(std::move(text));
  return target_.write(std::move(with_end));
}

Result<void> LineWriter::write(std::string_view bytes) {
  const std::size_t newline = bytes.rfind('\n');
  if (newline == bytes.npos) return put_aside(bytes);
  std::string_view lines = bytes.substr(0, newline + 1);
  if (long_ != nullptr) {
    const std::size_t first = lines.find('\n') + 1;
    if (Result<void> ended = end_long_line(lines.substr(0, first)); !ended) return ended;
    lines.remove_prefix(first);
  }
  if (!lines.empty()) {
    std::string begun = std::exchange(begun_, {});
    if (Result<void> done = write_text(begun.empty() ? lines : begun += lines); !done) return done;
  }
  return put_aside(bytes.substr(newline + 1));
}

Result<void> LineWriter::put_aside(std::string_view part_of_line) {
  if (part_of_line.empty()) return {};
  if (long_ == nullptr && begun_.size() + part_of_line.size() <= kLongLine) {
    begun_ += part_of_line;
    return {};
  }
  if (long_ == nullptr) {
    long_ = std::make_shared<Blob>(stores_.outputs);
    if (Result<void> kept = long_->append(std::exchange(begun_, {})); !kept) {
      return to_.target().keep_error(std::move(kept));
    }
  }
  return to_.target().keep_error(long_->append(part_of_line));
}

Result<void> LineWriter::end_long_line(std::string_view rest) {
  const std::shared_ptr<Blob> line = std::exchange(long_, nullptr);
  if (Result<void> kept = line->append(rest); !kept) {
    return to_.target().keep_error(std::move(kept));
  }
  Rope rope;
  rope.append({line, 0, line->size()}, encoding_);
  return to_.write_lines(std::move(rope));
}

Result<void> LineWriter::write_text(std::string_view lines) {
  std::string text;
  Encoder(encoding_).add(text, lines);
  if (!stores_.is_full()) return to_.write_lines(Rope(std::move(text)));
  Result<BlobSlice> aside = shelf_.put(text);
  if (!aside) return to_.target().keep_error(std::move(aside).error());
  Rope rope;
  rope.refer_to(std::move(*aside));
  return to_.write_lines(std::move(rope));
}

// An error is the target's to tell.
void LineWriter::end() {
  if (begun_.empty() && long_ == nullptr) return;
  Rope rope;
  if (long_ != nullptr) {
    rope.append({long_, 0, long_->size()}, encoding_);
  } else {
    Encoder encoder(encoding_);
    encoder.add(rope.text(), begun_);
    encoder.finish(rope.text());
  }
  const bool is_ended = encoding_.form == Encoding::Form::tagged;
  static_cast<void>(is_ended ? to_.write_lines(std::move(rope)) : to_.write_last(std::move(rope)));
  long_ = nullptr;
  begun_.clear();
}

void LineSink::show(const JobRecord& record) {
  const SlotNumber slot = record.attempts.empty() ? SlotNumber() : record.attempts.back().id.slot;
  const Encoding encoding = encoding_of(tag_, TaggedJob{record.spec, record.argv, slot});
  show(record.out, out_, encoding);
  show(record.err, err_, encoding);
}

void LineSink::show(const Output& output, LineTarget& to, const Encoding& encoding) {
  if (output.size() == 0) return;
  LineWriter lines(to, encoding, stores_);
  Rope text;
  text.refer_to(output.slice());
  RopeReader reader(std::move(text));
  while (!to.target().error()) {
    const Result<std::string_view> chunk = reader.next();
    if (!chunk) {
      static_cast<void>(to.target().keep_error(chunk.error()));
      break;
    }
    if (chunk->empty()) break;
    static_cast<void>(lines.write(*chunk));  // an error is the target's to tell
  }
  lines.end();
}

Result<void> LineSink::on(const Event& event) {
  const auto* job = std::get_if<JobFinished>(&event);
  if (job != nullptr && job->record.is_reused) show(job->record);
  const TextTarget& out = out_.target();
  const TextTarget& err = err_.target();
  const bool is_end = std::holds_alternative<RunFinished>(event);
  return is_end || are_over(out, err) ? errors_of(out, err) : Result<void>();
}

}  // namespace fanout
