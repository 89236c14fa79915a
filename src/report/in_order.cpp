#include "report/in_order.hpp"

#include <cassert>

#include "fanout/base/overloaded.hpp"

namespace fanout {

Result<void> InOrder::put(JobIndex index, Passage passage) {
  assert(index.value >= next_ && "a passage came twice");
  if (index.value == next_) return emit_with_ready(std::move(passage));
  Result<Waiting> waiting = set_aside(std::move(passage));
  if (!waiting) return std::move(waiting).error();
  const std::size_t place = index.value - next_;
  if (waiting_.size() <= place) waiting_.resize(place + 1);
  waiting_[place] = std::move(*waiting);
  return {};
}

Result<InOrder::Waiting> InOrder::set_aside(Passage passage) {
  const auto put = [this](std::string_view text) { return shelf_.put(text); };
  if (passage.out.is_only_text() && passage.err.is_only_text()) {
    std::string& both = passage.out.text();
    const std::size_t out_size = both.size();
    Result<BlobSlice> slice = put(both += passage.err.text());
    if (!slice) return std::move(slice).error();
    return Waiting(Text{std::move(*slice), out_size});
  }
  for (Rope* rope : {&passage.out, &passage.err}) {
    if (Result<void> done = rope->set_aside(put); !done) return std::move(done).error();
  }
  return Waiting(std::make_unique<Passage>(std::move(passage)));
}

Passage InOrder::take(Waiting waiting) {
  return std::visit(Overloaded{
                        [](std::monostate) { return Passage(); },
                        [](Text& text) {
                          const BlobSlice& both = text.both;
                          Passage passage;
                          const std::uint64_t err_size = both.size - text.out_size;
                          passage.out.refer_to({both.blob, both.offset, text.out_size});
                          passage.err.refer_to({both.blob, both.offset + text.out_size, err_size});
                          return passage;
                        },
                        [](std::unique_ptr<Passage>& passage) { return std::move(*passage); },
                    },
                    waiting);
}

// As one where nothing comes between: it is the reader's pace at which it is read back then, and
// until then a slice costs less than a text.
Result<void> InOrder::emit_with_ready(Passage passage) {
  if (!waiting_.empty()) waiting_.pop_front();
  ++next_;
  while (!waiting_.empty() && !std::holds_alternative<std::monostate>(waiting_.front())) {
    Passage next = take(std::move(waiting_.front()));
    waiting_.pop_front();
    ++next_;
    if (!passage.err.empty()) {
      if (Result<void> done = emit_(std::exchange(passage, Passage())); !done) return done;
    }
    passage.out.append(std::move(next.out));
    passage.err = std::move(next.err);
  }
  return emit_(std::move(passage));
}

}  // namespace fanout
