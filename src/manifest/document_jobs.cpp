#include <cstdint>
#include <utility>
#include <variant>

#include "manifest/document.hpp"
#include "manifest/job_graph.hpp"
#include "manifest/job_reader.hpp"
#include "manifest/json_extent.hpp"
#include "manifest/locator.hpp"
#include "manifest/plan_options.hpp"

namespace fanout {
namespace {

class DocumentJobs : public JobSource {
 public:
  DocumentJobs(const Document& document, const JobDefaults& defaults, const JobGraph* graph)
      : document_(&document),
        graph_(graph),
        reader_(document.commands, defaults, graph == nullptr ? nullptr : &graph->names()),
        locator_(document.file, document.text),
        elements_(document.text, *document.jobs) {}

  NextJob next() override {
    const std::optional<JsonElement> element = elements_.next();
    if (!element) return EndOfJobs{};
    const std::string_view text = document_->text;
    const JsonOrFault read = read_json(text, element->offset, element->end);
    if (const auto* fault = std::get_if<JsonFault>(&read)) {
      return locator_.error(fault->offset, fault->message);
    }
    Result<JobSpec> job = reader_.read(std::get<JsonNode>(read), text, locator_,
                                       document_->is_named() ? &element->key : nullptr);
    if (!job) return std::move(job).error();
    job->index.value = next_index_++;
    if (graph_ != nullptr && graph_->is_awaited(job->index)) mark_awaited(*job);
    return *std::move(job);
  }

 private:
  const Document* document_;
  const JobGraph* graph_;
  JobReader reader_;
  Locator locator_;
  JsonElements elements_;
  std::uint64_t next_index_ = 0;
};

class NoJobs : public JobSource {
 public:
  explicit NoJobs(Error error) : error_(std::move(error)) {}
  NextJob next() override { return error_; }

 private:
  Error error_;
};

}  // namespace

std::unique_ptr<JobSource> document_jobs(const Document& document, const JobDefaults& defaults,
                                         const JobGraph* graph) {
  if (document.jobs) return std::make_unique<DocumentJobs>(document, defaults, graph);
  return no_jobs(usage_error(at(document.origin, "\"jobs\" is missing")));
}

std::unique_ptr<JobSource> no_jobs(Error error) {
  return std::make_unique<NoJobs>(std::move(error));
}

}  // namespace fanout
