#include "manifest/job_reader.hpp"

#include <optional>
#include <span>
#include <utility>

#include "manifest/node_reader.hpp"

namespace fanout {

/// The explicit form of a job, as far as it stands in the object itself.
struct JobForm {
  std::optional<CommandWords> command;
  const JsonNode* use = nullptr;
  std::vector<Value> args;
  Kwargs kwargs;
  std::optional<std::string> name;
  std::size_t name_offset = 0;
  Choice shell;
  Choice placeholders;
  JobOptions options;
  const JsonNode* after = nullptr;
};

namespace {

constexpr Field<JobForm> kJobFields[] = {
    {"command", [](NodeReader& in, const JsonMember& m,
                   JobForm& form) { form.command = read_command(in, m.value); }},
    {"use",
     [](NodeReader& in, const JsonMember& m, JobForm& form) {
       in.string(m.value, "the name of a preset");
       form.use = &m.value;
     }},
    {"args",
     [](NodeReader& in, const JsonMember& m, JobForm& form) {
       if (m.value.kind != JsonNode::Kind::array) {
         in.refuse_kind(m.value, "an array of arguments");
       }
       form.args = in.arguments(m.value.items);
     }},
    {"kwargs",
     [](NodeReader& in, const JsonMember& m, JobForm& form) {
       form.kwargs = in.kwargs(m.value, "an object of keyword arguments");
     }},
    {"name",
     [](NodeReader& in, const JsonMember& m, JobForm& form) {
       form.name = in.string(m.value, "a name");
       form.name_offset = m.key_offset;
     }},
    {"shell", [](NodeReader& in, const JsonMember& m,
                 JobForm& form) { form.shell = read_choice(in, m.value); }},
    {"placeholders", [](NodeReader& in, const JsonMember& m,
                        JobForm& form) { form.placeholders = read_choice(in, m.value); }},
    {"env",
     [](NodeReader& in, const JsonMember& m, JobForm& form) { read_env(in, m, form.options); }},
    {"cwd",
     [](NodeReader& in, const JsonMember& m, JobForm& form) { read_cwd(in, m, form.options); }},
    {"stdin",
     [](NodeReader& in, const JsonMember& m, JobForm& form) { read_stdin(in, m, form.options); }},
    {"timeout",
     [](NodeReader& in, const JsonMember& m, JobForm& form) { read_timeout(in, m, form.options); }},
    {"grace",
     [](NodeReader& in, const JsonMember& m, JobForm& form) { read_grace(in, m, form.options); }},
    {"retries",
     [](NodeReader& in, const JsonMember& m, JobForm& form) { read_retries(in, m, form.options); }},
    {"retry_on", [](NodeReader& in, const JsonMember& m,
                    JobForm& form) { read_retry_on(in, m, form.options); }},
    {"retry_delay", [](NodeReader& in, const JsonMember& m,
                       JobForm& form) { read_retry_delay(in, m, form.options); }},
    {"nice",
     [](NodeReader& in, const JsonMember& m, JobForm& form) { read_terms(in, m, form.options); }},
    {"limits",
     [](NodeReader& in, const JsonMember& m, JobForm& form) { read_terms(in, m, form.options); }},
    {"mutex", [](NodeReader& in, const JsonMember& m,
                 JobForm& form) { read_mutex(in, m, form.options.plan); }},
    {"needs", [](NodeReader& in, const JsonMember& m,
                 JobForm& form) { read_needs(in, m, form.options.plan); }},
    {"priority", [](NodeReader& in, const JsonMember& m,
                    JobForm& form) { read_priority(in, m, form.options.plan); }},
    {"after", [](NodeReader&, const JsonMember& m, JobForm& form) { form.after = &m.value; }},
};

CommandText::Shell shell_of(bool always) {
  return always ? CommandText::Shell::always : CommandText::Shell::when_needed;
}

/// The elements of an array job without the keyword arguments at its end.
std::span<const JsonNode> without_kwargs(const JsonNode& array) {
  std::span<const JsonNode> items = array.items;
  const bool has_kwargs = !items.empty() && items.back().kind == JsonNode::Kind::object;
  return items.first(items.size() - (has_kwargs ? 1 : 0));
}

}  // namespace

JobReader::JobReader(const Commands& commands, JobDefaults defaults, const JobNames* names)
    : commands_(&commands),
      defaults_(std::move(defaults)),
      names_(names),
      extras_(commands.extras) {
  extras_.merge(defaults_.extras);
  if (commands.common) common_ = share(*commands.common);
  for (const auto& [name, preset] : commands.presets) presets_.emplace(name, share(preset));
}

Result<JobSpec> JobReader::read(const JsonNode& node, std::string_view text, Locator& locator,
                                const std::string* name) const {
  NodeReader in(text, locator);
  JobSpec job = new_job();
  job.origin = in.origin(node);
  if (name) job.name = *name;
  if (name && name->find('\0') != std::string::npos) {
    in.refuse(node.offset, "the name of a job cannot contain a NUL");
  }
  if (node.kind == JsonNode::Kind::object) {
    read_object(in, node, job);
  } else if (node.kind == JsonNode::Kind::array) {
    read_array(in, node, job);
  } else if (node.kind != JsonNode::Kind::string && node.kind != JsonNode::Kind::number) {
    in.refuse_kind(node, "a job (a string, a number, an array or an object)");
  } else if (common_.text) {
    use(common_, job);
    job.args = in.arguments({&node, 1});
  } else {
    job.text = std::make_shared<CommandText>(literal(read_command(in, node)));
  }
  if (!in.has_failed()) check_needs_of(in, node, job);
  if (in.has_failed()) return in.error();
  return job;
}

/// What all jobs have in common.
JobSpec JobReader::new_job() const {
  JobSpec job;
  commands_->options.apply_to(job);
  if (defaults_.needs) PlanOptions{{}, defaults_.needs, {}}.apply_to(job);
  return job;
}

void JobReader::check_needs_of(NodeReader& in, const JsonNode& node, const JobSpec& job) const {
  if (job.plan == nullptr) return;
  const Result<void> checked = check_needs(job.plan->needs, defaults_.resources);
  if (checked) return;
  const JsonMember* own = node.find("needs");
  in.refuse(own == nullptr ? node.offset : own->value.offset, checked.error().message);
}

void JobReader::read_array(NodeReader& in, const JsonNode& node, JobSpec& job) const {
  const std::span<const JsonNode> items = without_kwargs(node);
  if (items.size() < node.items.size()) {
    job.kwargs = in.kwargs(node.items.back(), "an object of keyword arguments");
  }
  if (common_.text) {
    use(common_, job);
    job.args = in.arguments(items);
    return;
  }
  const bool has_name = !items.empty() && items.front().kind == JsonNode::Kind::string;
  if (const auto preset = has_name ? presets_.find(items.front().text) : presets_.end();
      preset != presets_.end()) {
    use(preset->second, job);
    job.args = in.arguments(items.subspan(1));
  } else if (has_name) {
    job.text = std::make_shared<CommandText>(literal({CommandText::Form::argv, in.words(items)}));
  } else if (items.empty()) {
    in.refuse(node.offset, "expected a program and its arguments, but the array names none");
  } else {
    in.refuse_kind(items.front(), "the name of a program or of a preset");
  }
}

void JobReader::read_object(NodeReader& in, const JsonNode& node, JobSpec& job) const {
  JobForm form;
  read_fields<JobForm>(in, node, kJobFields, form);
  if (job.name && form.name) {
    in.refuse(form.name_offset, "the job is already named " + quoted_name(*job.name));
  }
  if (form.name) job.name = std::move(form.name);
  choose_command(in, node, form, job);
  form.options.apply_to(job);
  if (form.after != nullptr && names_ != nullptr) {
    set_after(job, read_after(in, *form.after, *names_, job.name));
  }
  job.args = std::move(form.args);
  job.kwargs = std::move(form.kwargs);
}

void JobReader::choose_command(NodeReader& in, const JsonNode& node, const JobForm& form,
                               JobSpec& job) const {
  if (in.has_failed()) return;
  if (form.command && form.use) {
    return in.refuse(node.offset, "a job has either a \"command\" or a \"use\", not both");
  }
  if (form.command) {
    check_shell(in, form.shell, form.command->form);
    job.text = std::make_shared<CommandText>(text_of(*form.command, form.shell, form.placeholders));
    return;
  }
  if (form.use) {
    const auto preset = presets_.find(form.use->text);
    if (preset == presets_.end()) {
      return in.refuse(form.use->offset, unknown_preset(form.use->text, commands_->preset_names));
    }
    use(preset->second, job);
  } else if (common_.text) {
    use(common_, job);
  } else {
    return in.refuse(node.offset, commands_->presets.empty()
                                      ? "a job needs a \"command\""
                                      : "a job needs a \"command\" or a \"use\"");
  }
  check_shell(in, form.shell, job.text->form);
  if (form.shell.said || form.placeholders.said) job.text = changed_text(*job.text, form);
}

/// A job's own word on how a shared command is read makes a text of its own.
JobReader::SharedText JobReader::changed_text(CommandText text, const JobForm& form) const {
  if (form.shell.said) text.shell = shell_of(*form.shell.said);
  text.placeholders = form.placeholders.said.value_or(text.placeholders);
  return std::make_shared<CommandText>(std::move(text));
}

JobSpec JobReader::line_job(std::string line) const {
  JobSpec job = new_job();
  job.text = std::make_shared<CommandText>(literal({CommandText::Form::line, {std::move(line)}}));
  return job;
}

JobSpec JobReader::preset_job(std::string_view preset, std::vector<Value> args) const {
  JobSpec job;
  commands_->options.apply_to(job);
  use(presets_.find(preset)->second, job);
  job.args = std::move(args);
  job.plan.reset();  // there are no others
  return job;
}

void JobReader::use(const Shared& shared, JobSpec& job) const {
  job.text = shared.text;
  shared.origin->options.apply_to(job);
}

/// A command in which every brace stays as it is: it was written for one job.
CommandText JobReader::literal(CommandWords command) const {
  return text_of(command, {}, {false, 0});
}

CommandText JobReader::text_of(const CommandWords& command, const Choice& shell,
                               const Choice& placeholders) const {
  CommandText text;
  text.form = command.form;
  text.words = command.words;
  if (shell.said) {
    text.shell = shell_of(*shell.said);
  } else if (command.form == CommandText::Form::line) {
    text.shell = defaults_.shell;
  }
  text.placeholders = placeholders.said.value_or(defaults_.placeholders);
  text.all_token = defaults_.all_token;
  text.extras = extras_;
  text.extra_args = commands_->extra_args;
  return text;
}

JobReader::Shared JobReader::share(const Preset& origin) const {
  CommandText text = text_of(origin.command, origin.shell, origin.placeholders);
  text.params = origin.params;
  text.defaults = origin.defaults;
  return {&origin, std::make_shared<CommandText>(std::move(text))};
}

}  // namespace fanout
