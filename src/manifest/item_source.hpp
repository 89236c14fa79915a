// The items of `map`: one command, many arguments, from a stream or from words.
// Each job is a copy of a prototype with its own index, place and arguments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/bytes.hpp"
#include "fanout/job.hpp"
#include "fanout/source.hpp"
#include "manifest/line_reader.hpp"

namespace fanout {

struct ItemOptions {
  enum class BlankItems { skip, keep };

  char delimiter = '\n';
  LineReader::Bytes bytes = LineReader::Bytes::text;  ///< exact: with -0 and -d
  BlankItems blank_items = BlankItems::skip;          ///< keep: with --keep-blank, -0 and -d
  std::size_t per_command = 1;                        ///< at least 1; the last may get fewer
};

/// Makes jobs of items.
class ItemBatch {
 public:
  ItemBatch(JobSpec prototype, std::size_t per_command);

  void add(std::string item, const Origin& origin);
  bool is_full() const { return args_.size() >= per_command_; }
  bool is_empty() const { return args_.empty(); }
  JobSpec take();

 private:
  JobSpec prototype_;
  std::size_t per_command_;
  std::vector<Value> args_;
  Origin origin_;
  std::uint64_t next_index_ = 0;
};

/// Items from a stream, each as soon as it is complete. An error says the file and the line.
class ItemSource : public JobSource {
 public:
  /// The file name `-` is shown as `stdin`.
  ItemSource(std::unique_ptr<ByteSource> bytes, const std::string& file_name,
             const ItemOptions& options, JobSpec prototype);

  NextJob next() override;
  void stop_reading() override { reader_.stop(); }

 private:
  bool is_skipped(std::string_view item) const;
  void advance_past(std::string_view item);

  std::shared_ptr<const std::string> file_;
  ItemOptions options_;
  LineReader reader_;
  ItemBatch batch_;
  std::uint64_t line_ = 1;  ///< where the next item begins
  std::uint64_t column_ = 1;
};

/// Items given as words (after `:::`).
class WordSource : public JobSource {
 public:
  WordSource(std::vector<std::string> words, std::size_t per_command, JobSpec prototype);

  NextJob next() override;

 private:
  std::vector<std::string> words_;
  std::size_t next_word_ = 0;
  ItemBatch batch_;
};

}  // namespace fanout
