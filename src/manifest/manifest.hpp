// A manifest: finds out which of its forms an input has and gives out its jobs, unexpanded.
// A document is read whole; of a stream only as much as tells what it is.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/bytes.hpp"
#include "fanout/base/result.hpp"
#include "fanout/job.hpp"
#include "fanout/source.hpp"
#include "manifest/document.hpp"
#include "manifest/form.hpp"
#include "manifest/job_defaults.hpp"
#include "manifest/job_graph.hpp"
#include "manifest/line_reader.hpp"

namespace fanout {

enum class ManifestFormat { automatic, document, jsonl, lines };

/// All errors are usage errors that say `FILE:LINE:COLUMN`, but for those of the byte source.
class Manifest {
 public:
  /// `bytes` blocks until it has some as long as open() runs; after that it need not.
  /// The file name `-` is shown as `stdin`.
  static Result<Manifest> open(std::unique_ptr<ByteSource> bytes, const std::string& file_name,
                               ManifestFormat format);

  /// Whether the jobs have names: `jobs` was an object.
  bool is_named() const { return document_ && document_->is_named(); }
  bool is_stream() const { return document_ == nullptr; }

  std::span<const SettingEntry> settings() const;
  std::span<const std::string> preset_names() const;
  std::span<const Resource> resources() const;

  /// Of a document any number of times, each from the first job on; the manifest must outlive
  /// the source. Of a stream once.
  std::unique_ptr<JobSource> jobs(const JobDefaults& defaults);

  /// Whether a job may have to start before others that come before it: known once jobs() was
  /// called, of a document.
  bool may_reorder() const { return graph_ != nullptr; }

  /// One preset as a plain call.
  Result<JobSpec> call(std::string_view preset, std::vector<Value> args,
                       const JobDefaults& defaults) const;

 private:
  Manifest() = default;

  std::shared_ptr<const std::string> file_;
  InputForm::Kind kind_ = InputForm::Kind::document;
  std::unique_ptr<Document> document_;  ///< null: a stream
  std::unique_ptr<const JobGraph> graph_;
  std::optional<LineReader> lines_;  ///< of a stream whose jobs were not asked for yet
};

}  // namespace fanout
