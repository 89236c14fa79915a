#include "manifest/job_graph.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "manifest/json_extent.hpp"
#include "manifest/locator.hpp"
#include "manifest/node_reader.hpp"
#include "manifest/plan_options.hpp"

namespace fanout {
namespace {

/// False when the text cannot have the key: as it stands, or with a letter as an escape.
bool may_have_key(std::string_view text, const std::string& key) {
  return text.find('"' + key + '"') != text.npos || text.find("\\u") != text.npos;
}

bool has_priority(const JobOptions& options) {
  return options.plan.priority.has_value();
}

bool has_priority(const Commands& commands) {
  return has_priority(commands.options) ||
         std::ranges::any_of(commands.presets,
                             [](const auto& entry) { return has_priority(entry.second.options); });
}

std::optional<std::string> name_in(const JsonNode& job) {
  const JsonMember* name = job.find("name");
  if (name == nullptr || name->value.kind != JsonNode::Kind::string) return std::nullopt;
  return name->value.text;
}

/// Empty when it is not JSON, which the reader of jobs will say.
std::optional<JsonNode> node_at(const std::string& text, std::size_t offset, std::size_t end) {
  JsonOrFault read = read_json(text, offset, end);
  auto* node = std::get_if<JsonNode>(&read);
  if (node == nullptr) return std::nullopt;
  return std::move(*node);
}

}  // namespace

Result<std::unique_ptr<const JobGraph>> JobGraph::read(const Document& document) {
  const bool has_shared_priority = has_priority(document.commands);
  const bool may_say_something = has_shared_priority || may_have_key(document.text, "after") ||
                                 may_have_key(document.text, "priority");
  if (!may_say_something || !document.jobs) return std::unique_ptr<const JobGraph>();
  std::unique_ptr<JobGraph> graph(new JobGraph(document));
  graph->note_jobs();
  if (!has_shared_priority && !graph->has_priorities_ && graph->dependants_.empty()) {
    return std::unique_ptr<const JobGraph>();
  }
  if (Result<void> read = graph->read_edges(); !read) return std::move(read).error();
  if (Result<void> checked = graph->refuse_cycles(); !checked) return std::move(checked).error();
  graph->dependants_ = {};
  graph->after_ = {};
  return std::unique_ptr<const JobGraph>(std::move(graph));
}

void JobGraph::note_jobs() {
  JsonElements elements(document_.text, *document_.jobs);
  Index index = 0;
  for (; auto element = elements.next(); ++index) {
    std::optional<std::string> name;
    if (document_.is_named()) name = element->key;
    if (document_.text[element->offset] == '{') {
      const auto node = node_at(document_.text, element->offset, element->end);
      if (!node) continue;
      if (!name) name = name_in(*node);
      has_priorities_ = has_priorities_ || node->find("priority") != nullptr;
      if (node->find("after") != nullptr) {
        dependants_.push_back({index, element->offset, element->end, name.value_or("")});
      }
    }
    if (name) names_.add(*name, JobIndex{index});
  }
  after_.resize(index);
  is_awaited_.resize(index);
}

Result<void> JobGraph::read_edges() {
  Locator locator(document_.file, document_.text);
  NodeReader in(document_.text, locator);
  for (const Dependant& job : dependants_) {
    const auto node = node_at(document_.text, job.offset, job.end);
    const std::optional<std::string> own_name =
        document_.is_named() ? std::optional(job.key) : name_in(*node);
    const auto after = read_after(in, node->find("after")->value, names_, own_name);
    if (in.has_failed()) return in.error();
    for (const Prerequisite& before : after) {
      after_[job.job].push_back(before.job.value);
      is_awaited_[before.job.value] = true;
    }
  }
  return {};
}

// Goes from each job to those that it is after; a path that comes back to itself is a cycle. What
// lies on the path is kept here, for it can be as long as the document.
Result<void> JobGraph::refuse_cycles() const {
  enum class State : char { unseen, on_path, sound };
  struct Step {
    Index job = 0;
    std::size_t next = 0;  // of those that it is after
  };
  std::vector<State> states(after_.size(), State::unseen);
  std::vector<Step> path;
  const auto path_from = [&](Index job) {
    std::vector<Index> cycle;
    for (auto at = std::ranges::find(path, job, &Step::job); at != path.end(); ++at) {
      cycle.push_back(at->job);
    }
    return cycle;
  };
  const auto enter = [&](Index job) {
    states[job] = State::on_path;
    path.push_back({job, 0});
  };
  for (const Dependant& dependant : dependants_) {
    if (states[dependant.job] == State::unseen) enter(dependant.job);
    while (!path.empty()) {
      Step& step = path.back();
      if (step.next == after_[step.job].size()) {
        states[step.job] = State::sound;
        path.pop_back();
        continue;
      }
      const Index before = after_[step.job][step.next++];
      if (states[before] == State::on_path) return cycle_error(path_from(before));
      if (states[before] == State::unseen) enter(before);
    }
  }
  return {};
}

Error JobGraph::cycle_error(const std::vector<Index>& cycle) const {
  constexpr std::size_t kMostNames = 10;
  const auto name_of = [this](Index job) { return quoted_name(names_.name_of(JobIndex{job})); };
  std::string text = name_of(cycle.front());
  for (std::size_t i = 1; i < std::min(cycle.size(), kMostNames); ++i) {
    text += " after " + name_of(cycle[i]);
  }
  if (cycle.size() > kMostNames) {
    text += " after … " + std::to_string(cycle.size() - kMostNames) + " more";
  }
  text += " after " + name_of(cycle.front()) + ": none of them could ever start";
  const auto& first = *std::ranges::find(dependants_, cycle.front(), &Dependant::job);
  const auto node = node_at(document_.text, first.offset, first.end);
  return Locator(document_.file, document_.text).error(node->find("after")->key_offset, text);
}

}  // namespace fanout
