// Makes commands of items, as many to each as -n, -L, -s and the system allow. It reads no further
// than the next command needs, and says what it refuses; when a command runs is not its business.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fanout/base/bytes.hpp"
#include "fanout/source.hpp"
#include "xargs/approval.hpp"
#include "xargs/command_size.hpp"
#include "xargs/item_reader.hpp"
#include "xargs/options.hpp"

namespace fanout {

class CommandPacker : public JobSource {
 public:
  /// All must outlive this; `approval` may be null where -p is not.
  CommandPacker(const XargsOptions& options, const ArgumentSpace& space,
                std::unique_ptr<ByteSource> input, XargsNotes& notes, Approval* approval);

  /// Called when it could start at once, so it is shown (-t) and asked about (-p) here.
  NextJob next() override;
  void stop_reading() override;

  /// Packs the command after those given out, while they run, as far as there is input.
  void read_ahead();

  /// A command is packed and waits for its turn.
  bool has_waiting() const { return !waiting_.empty(); }
  /// Every command there will ever be was given out.
  bool is_over() const { return is_ended_ && waiting_.empty(); }
  /// The input or its size was wrong, and that was said.
  bool has_failed() const { return has_failed_; }

  /// A command could not be shown (-t), so it did not run.
  const std::optional<Error>& show_failure() const { return show_failure_; }

  /// Nothing more shall run.
  void end();
  /// Nothing for now: next() says NotYet until it is called off.
  void hold(bool is_held) { is_held_ = is_held; }

  const ItemReader& reader() const { return reader_; }

 private:
  enum class Progress { more, starved };
  using Words = std::vector<std::string>;

  bool begin();
  Progress advance();
  void take(const ItemReader::Item& item);
  void append(const ItemReader::Item& item);
  void insert(const ItemReader::Item& item);
  void finish_input();
  void emit();
  void start_command();
  void finish_bad_input(const std::string& message);
  void fail(const std::string& message);
  bool has_items() const { return words_.size() > options_.command.size(); }
  bool exits_when_too_large() const;
  Approval::Answer approve(const Words& argv);
  JobSpec job_of(Words argv);

  const XargsOptions& options_;
  XargsNotes& notes_;
  Approval* approval_;
  ItemReader reader_;
  CommandSize size_;
  Words words_;  ///< of the command being made
  std::uint64_t lines_ = 0;
  std::deque<Words> waiting_;
  std::optional<std::string> last_words_;  // what is wrong with the input
  std::optional<Error> show_failure_;
  std::uint64_t given_ = 0;
  bool has_begun_ = false;
  bool is_ended_ = false;
  bool has_failed_ = false;
  bool is_held_ = false;
  bool is_shown_ = false;  // the first that waits, while somebody thinks about it
};

}  // namespace fanout
