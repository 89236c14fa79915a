#include "report/shelf.hpp"

namespace fanout {

Result<BlobSlice> Shelf::put(std::string_view text) {
  if (page_ == nullptr || page_->size() + text.size() > kPage) {
    page_ = std::make_shared<Blob>(store_);
  }
  const BlobSlice slice{page_, page_->size(), text.size()};
  if (Result<void> done = page_->append(text); !done) return std::move(done).error();
  return slice;
}

}  // namespace fanout
