#include "manifest/manifest.hpp"

#include <algorithm>
#include <cassert>
#include <utility>
#include <variant>

#include "manifest/form.hpp"
#include "manifest/job_reader.hpp"
#include "manifest/job_stream.hpp"
#include "manifest/json_node.hpp"
#include "manifest/locator.hpp"

namespace fanout {
namespace {

using File = std::shared_ptr<const std::string>;

Result<InputForm> form_as_said(ManifestFormat format, const File& file, LineReader& lines) {
  switch (format) {
    case ManifestFormat::automatic: return find_form(file, lines);
    case ManifestFormat::document: return InputForm{InputForm::Kind::document, {}};
    case ManifestFormat::jsonl: return InputForm{InputForm::Kind::json_lines, {}};
    case ManifestFormat::lines: return InputForm{InputForm::Kind::command_lines, {}};
  }
  return find_form(file, lines);
}

/// Reads the rest of the input, which must be one value; `root` when it was read already.
Result<std::unique_ptr<Document>> whole_document(const File& file, LineReader& lines,
                                                 std::optional<JsonNode> root) {
  Result<std::string> text = lines.rest();
  if (!text) return std::move(text).error();
  const bool is_all = root && text->find_first_not_of(kJsonBlanks, root->end) == std::string::npos;
  if (!is_all) {
    // Read whole, if only for what is said about text behind the value.
    JsonOrFault read = read_json(*text, kDocumentReading);
    if (const auto* fault = std::get_if<JsonFault>(&read)) {
      return Locator(file, *text).error(fault->offset, fault->message);
    }
    root = std::move(std::get<JsonNode>(read));
  }
  return read_document(file, *std::move(text), *std::move(root));
}

}  // namespace

Result<Manifest> Manifest::open(std::unique_ptr<ByteSource> bytes, const std::string& file_name,
                                ManifestFormat format) {
  Manifest manifest;
  manifest.file_ = std::make_shared<const std::string>(file_name == "-" ? "stdin" : file_name);
  LineReader lines(std::move(bytes));
  Result<InputForm> form = form_as_said(format, manifest.file_, lines);
  if (!form) return std::move(form).error();
  manifest.kind_ = form->kind;
  if (form->kind != InputForm::Kind::document) {
    manifest.lines_ = std::move(lines);
    return manifest;
  }
  auto document = whole_document(manifest.file_, lines, std::move(form->root));
  if (!document) return std::move(document).error();
  manifest.document_ = *std::move(document);
  return manifest;
}

std::span<const SettingEntry> Manifest::settings() const {
  if (!document_) return {};
  return document_->settings;
}

std::span<const std::string> Manifest::preset_names() const {
  if (!document_) return {};
  return document_->commands.preset_names;
}

std::span<const Resource> Manifest::resources() const {
  if (!document_) return {};
  return document_->resources;
}

std::unique_ptr<JobSource> Manifest::jobs(const JobDefaults& defaults) {
  if (document_) {
    if (graph_ == nullptr) {
      auto graph = JobGraph::read(*document_);
      if (!graph) return no_jobs(std::move(graph).error());
      graph_ = *std::move(graph);
    }
    return document_jobs(*document_, defaults, graph_.get());
  }
  assert(lines_ && "the jobs of a stream can be had once");
  LineReader lines = *std::move(lines_);
  lines_.reset();
  return kind_ == InputForm::Kind::json_lines
             ? json_line_jobs(file_, std::move(lines), defaults)
             : command_line_jobs(file_, std::move(lines), defaults);
}

Result<JobSpec> Manifest::call(std::string_view preset, std::vector<Value> args,
                               const JobDefaults& defaults) const {
  const std::span<const std::string> names = preset_names();
  if (std::ranges::find(names, preset) == names.end()) {
    return usage_error(*file_ + ": " + unknown_preset(preset, names));
  }
  return JobReader(document_->commands, defaults).preset_job(preset, std::move(args));
}

}  // namespace fanout
