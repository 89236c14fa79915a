#include "fanout/base/rope.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "fanout/base/text.hpp"

namespace fanout {
namespace {

// What is read of a slice at a time: a multiple of three, for base64 becomes 64 KiB of it.
constexpr std::size_t kRawChunk = std::size_t{48} << 10;

/// How much is encoded at a time: with a tag before every line it can become very much more.
std::size_t raw_chunk(const Encoding& encoding) {
  constexpr std::size_t kMostEncoded = std::size_t{1} << 20;
  if (encoding.form != Encoding::Form::tagged) return kRawChunk;
  return std::clamp<std::size_t>(kMostEncoded / (encoding.tag.size() + 1), 1, kRawChunk);
}

}  // namespace

void Rope::append(BlobSlice slice, Encoding encoding) {
  if (slice.size == 0) return;
  if (slice.size <= std::min<std::uint64_t>(kEncodedAtOnce, raw_chunk(encoding))) {
    const std::string_view bytes = slice.blob->view(slice.offset, slice.size);
    if (bytes.data() != nullptr) {
      Encoder encoder(encoding);
      encoder.add(text_, bytes);
      return encoder.finish(text_);
    }
  }
  add(Insert{std::move(slice), std::move(encoding)});
}

void Rope::refer_to(BlobSlice slice) {
  if (slice.size > 0) add(Insert{std::move(slice), {}});
}

void Rope::append(Rope other) {
  for (Piece& piece : other.pieces_) add(std::move(piece));
  text_ += other.text_;
}

void Rope::add(Piece piece) {
  if (const auto* text = std::get_if<std::string>(&piece)) {
    text_ += *text;
  } else if (!extend_last(std::get<Insert>(piece))) {
    end_text();
    pieces_.push_back(std::move(piece));
  }
}

/// Whether it goes on where the last one ends, and is now part of it.
bool Rope::extend_last(const Insert& insert) {
  auto* last = text_.empty() && !pieces_.empty() ? std::get_if<Insert>(&pieces_.back()) : nullptr;
  if (last == nullptr || last->encoding.form != Encoding::Form::raw ||
      insert.encoding.form != Encoding::Form::raw || last->slice.blob != insert.slice.blob ||
      last->slice.offset + last->slice.size != insert.slice.offset) {
    return false;
  }
  last->slice.size += insert.slice.size;
  return true;
}

/// What comes next is no text.
void Rope::end_text() {
  if (!text_.empty()) pieces_.emplace_back(std::exchange(text_, {}));
}

std::uint64_t Rope::size() const {
  return std::accumulate(
      pieces_.begin(), pieces_.end(), std::uint64_t{text_.size()},
      [](std::uint64_t sum, const Piece& piece) {
        const auto* text = std::get_if<std::string>(&piece);
        return sum + (text != nullptr ? text->size() : std::get<Insert>(piece).slice.size);
      });
}

Result<void> Rope::set_aside(const std::function<Result<BlobSlice>(std::string_view)>& set_aside) {
  end_text();
  for (Piece& piece : pieces_) {
    if (const auto* text = std::get_if<std::string>(&piece)) {
      Result<BlobSlice> slice = set_aside(*text);
      if (!slice) return std::move(slice).error();
      piece = Insert{std::move(*slice), {}};
      continue;
    }
    BlobSlice& slice = std::get<Insert>(piece).slice;
    if (slice.size > kRawChunk) continue;
    const std::string_view bytes = slice.blob->view(slice.offset, slice.size);
    if (bytes.data() == nullptr) continue;  // it is in the scratch space already
    Result<BlobSlice> moved = set_aside(bytes);
    if (!moved) return std::move(moved).error();
    slice = std::move(*moved);
  }
  return {};
}

RopeReader::RopeReader(Rope rope) : rope_(std::move(rope)), left_(rope_.size()) {
  rope_.end_text();
}

Result<std::string_view> RopeReader::next() {
  do {
    if (const Result<void> done = read_chunk(); !done) return done.error();
    if (rope_.is_visible_) make_chunk_visible();
  } while (chunk_.empty() && at_ < rope_.pieces_.size());
  return std::string_view(chunk_);
}

void RopeReader::make_chunk_visible() {
  const std::string text = std::exchange(cut_, {}) + chunk_;
  const bool is_last = at_ == rope_.pieces_.size();
  const std::size_t whole = text.size() - (is_last ? 0 : size_of_cut_character(text));
  cut_ = text.substr(whole);
  chunk_ = sanitize_lines(std::string_view(text).substr(0, whole));
}

Result<void> RopeReader::read_chunk() {
  chunk_.clear();
  while (chunk_.size() < kRawChunk && at_ < rope_.pieces_.size()) {
    Rope::Piece& piece = rope_.pieces_[at_];
    if (auto* text = std::get_if<std::string>(&piece)) {
      left_ -= text->size();
      if (chunk_.empty() && text->size() > chunk_.capacity()) {
        chunk_ = std::move(*text);
      } else {
        chunk_ += *text;
      }
      finish_piece();
    } else {
      const Result<void> added = add_chunk(std::get<Rope::Insert>(piece));
      if (!added) return added;
    }
  }
  return {};
}

Result<void> RopeReader::add_chunk(const Rope::Insert& insert) {
  if (!encoder_) encoder_.emplace(insert.encoding);
  const BlobSlice& slice = insert.slice;
  const auto size = std::min<std::uint64_t>(raw_chunk(insert.encoding), slice.size - done_);
  std::string_view bytes = slice.blob->view(slice.offset + done_, size);
  if (bytes.data() == nullptr) {
    raw_.resize(size);
    if (Result<void> read = slice.blob->read(slice.offset + done_, raw_); !read) return read;
    bytes = raw_;
  }
  encoder_->add(chunk_, bytes);
  done_ += size;
  left_ -= size;
  if (done_ < slice.size) return {};
  encoder_->finish(chunk_);
  finish_piece();
  return {};
}

void RopeReader::finish_piece() {
  rope_.pieces_[at_++] = std::string();  // so that a blob can go
  done_ = 0;
  encoder_.reset();
}

}  // namespace fanout
