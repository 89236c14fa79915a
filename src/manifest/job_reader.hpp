// Reads jobs, in every form a job may have, into specs that share the texts of their commands.
// Expands nothing: a spec's own `command` stays empty.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/result.hpp"
#include "fanout/job.hpp"
#include "manifest/commands.hpp"
#include "manifest/job_defaults.hpp"
#include "manifest/job_names.hpp"
#include "manifest/json_node.hpp"
#include "manifest/locator.hpp"

namespace fanout {

struct JobForm;

class JobReader {
 public:
  /// `commands` and `names` must outlive the reader. `names` are those that a job can be after;
  /// null where there can be none.
  JobReader(const Commands& commands, JobDefaults defaults, const JobNames* names = nullptr);

  /// The job that `node`, read from `text`, is; its index is the caller's business.
  /// `name` is the key of a named job, otherwise null.
  Result<JobSpec> read(const JsonNode& node, std::string_view text, Locator& locator,
                       const std::string* name = nullptr) const;

  /// A job that is a command line as it stands.
  JobSpec line_job(std::string line) const;

  /// A preset with arguments. Precondition: there is one of that name.
  JobSpec preset_job(std::string_view preset, std::vector<Value> args) const;

 private:
  using SharedText = std::shared_ptr<const CommandText>;
  struct Shared {
    const Preset* origin = nullptr;
    SharedText text;
  };

  JobSpec new_job() const;
  void read_array(NodeReader& in, const JsonNode& node, JobSpec& job) const;
  void read_object(NodeReader& in, const JsonNode& node, JobSpec& job) const;
  void choose_command(NodeReader& in, const JsonNode& node, const JobForm& form,
                      JobSpec& job) const;
  void check_needs_of(NodeReader& in, const JsonNode& node, const JobSpec& job) const;
  void use(const Shared& shared, JobSpec& job) const;

  SharedText changed_text(CommandText text, const JobForm& form) const;
  CommandText literal(CommandWords command) const;
  CommandText text_of(const CommandWords& command, const Choice& shell,
                      const Choice& placeholders) const;
  Shared share(const Preset& origin) const;

  const Commands* commands_;
  JobDefaults defaults_;
  const JobNames* names_;
  Kwargs extras_;
  Shared common_;  ///< empty without a top-level command
  std::map<std::string, Shared, std::less<>> presets_;
};

}  // namespace fanout
