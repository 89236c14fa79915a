#include "store/job_identity.hpp"

#include <cstdint>

#include "fanout/base/overloaded.hpp"
#include "store/content_hash.hpp"

namespace fanout {
namespace {

/// Contents as one text that no other contents have: numbers have one size, and before everything
/// else stands its size.
class Content {
 public:
  void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) text_ += static_cast<char>(number >> shift);
  }
  void add(std::string_view bytes) {
    add(bytes.size());
    text_ += bytes;
  }
  void add(const Value& value) {
    add(static_cast<std::uint64_t>(value.kind));
    add(value.text);
    add(value.items.size());
    for (const Value& item : value.items) add(item);
  }
  /// For what may be large: it is not copied.
  void add_hash_of(std::string_view bytes) {
    for (const std::uint64_t part : content_hash(bytes)) add(part);
  }

  JobKey key() const {
    JobKey key;
    std::size_t at = 0;
    for (const std::uint64_t part : content_hash(text_)) {
      for (int shift = 56; shift >= 0; shift -= 8)
        key.bytes[at++] = static_cast<char>(part >> shift);
    }
    return key;
  }

 private:
  std::string text_;
};

void add(Content& content, const Command& command) {
  content.add(command.argv.size());
  for (const std::string& word : command.argv) content.add(word);
  content.add(command.slot_holes.size());
  for (const SlotHole& hole : command.slot_holes) {
    content.add(hole.word);
    content.add(hole.offset);
  }
}

void add_arguments(Content& content, const JobSpec& job) {
  content.add(job.args.size());
  for (const Value& arg : job.args) content.add(arg);
  content.add(job.kwargs.size());
  for (const auto& [key, value] : job.kwargs) {
    content.add(key);
    content.add(value);
  }
}

void add_environment(Content& content, const JobSpec& job) {
  content.add(job.env.size());
  for (const auto& [name, value] : job.env) {
    content.add(name);
    content.add(std::uint64_t{value.has_value()});
    if (value) content.add(*value);
  }
  content.add(job.cwd);
}

void add(Content& content, const Stdin& input) {
  content.add(input.index());
  std::visit(Overloaded{
                 [](const NoStdin&) {},
                 [](const InheritedStdin&) {},
                 [&](const StdinText& text) { content.add_hash_of(text.bytes); },
                 [&](const StdinFile& file) { content.add(file.path); },
                 [&](const StdinBlock& part) { content.add_hash_of(part.block->bytes); },
             },
             input);
}

}  // namespace

JobKey key_of(const JobSpec& job) {
  Content content;
  add(content, job.command);
  add_arguments(content, job);
  add_environment(content, job);
  add(content, job.input);
  content.add(std::uint64_t{job.name.has_value()});
  if (job.name) content.add(*job.name);
  return content.key();
}

bool is_recognisable(const JobSpec& job) {
  const auto* part = std::get_if<StdinBlock>(&job.input);
  return part == nullptr || part->supply == StdinBlock::Supply::alone;
}

}  // namespace fanout
