// A manifest that is one JSON value, checked but for its jobs, which stay text until they are
// wanted: a million of them need no more memory than the file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/result.hpp"
#include "fanout/job.hpp"
#include "fanout/plan.hpp"
#include "fanout/source.hpp"
#include "manifest/commands.hpp"
#include "manifest/job_defaults.hpp"
#include "manifest/json_node.hpp"

namespace fanout {

/// A setting as apply_setting() reads it, already checked.
struct SettingEntry {
  std::string name;
  std::string text;
  Origin origin;
};

class JobGraph;

struct Document {
  std::shared_ptr<const std::string> file;
  std::string text;
  Commands commands;
  std::vector<SettingEntry> settings;
  std::vector<Resource> resources;
  std::optional<JsonNode> jobs;  ///< the place of the array or object; missing for `call` only
  Origin origin;                 ///< of the whole

  bool is_named() const { return jobs && jobs->kind == JsonNode::Kind::object; }
};

/// How the root of a document is read: without its jobs.
inline constexpr JsonReading kDocumentReading{JsonReading::DuplicateKeys::refuse,
                                              JsonReading::Keep::all_but_jobs};

/// Whether an object that stands first in an input is meant to be a document, if only a bad one.
bool is_document(const JsonNode& object);

/// `root` was read from the beginning of `text` with kDocumentReading; blanks may follow it.
Result<std::unique_ptr<Document>> read_document(std::shared_ptr<const std::string> file,
                                                std::string text, JsonNode root);

/// The jobs of a document from the first on; its first word is an Error when there are none.
/// `document` and `graph` must outlive the source; `graph` is null where jobs say nothing of each
/// other.
std::unique_ptr<JobSource> document_jobs(const Document& document, const JobDefaults& defaults,
                                         const JobGraph* graph);

/// In place of jobs that are wrong as a whole.
std::unique_ptr<JobSource> no_jobs(Error error);

}  // namespace fanout
