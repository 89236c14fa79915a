#include "cli/manifest_input.hpp"

#include <array>
#include <cassert>

#include "cli/config.hpp"
#include "cli/resource_options.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

Result<ManifestFormat> parse_format(const std::string* text) {
  constexpr std::array<std::string_view, 3> kNames{"document", "jsonl", "lines"};
  if (text == nullptr) return ManifestFormat::automatic;
  if (*text == "document") return ManifestFormat::document;
  if (*text == "jsonl") return ManifestFormat::jsonl;
  if (*text == "lines") return ManifestFormat::lines;
  return usage_error("--format: \"" + *text + "\" is not one of " + one_of(kNames) +
                     did_you_mean(*text, kNames));
}

/// The manifest has checked its settings already, each at its place.
Settings settings_of(const Manifest& manifest) {
  Settings settings;
  for (const SettingEntry& entry : manifest.settings()) {
    [[maybe_unused]] const Result<void> applied = apply_setting(settings, entry.name, entry.text);
    assert(applied && "a manifest gave out a setting that it had not checked");
  }
  return settings;
}

}  // namespace

Result<OpenManifest> open_manifest(const std::string& path, const TypedOptions& typed,
                                   const std::optional<DetachedRun>& detached) {
  // What was typed is checked first, so that a wrong option is not hidden by a wrong manifest.
  Settings scratch;
  if (Result<void> applied = apply_options(scratch, typed); !applied) return applied.error();
  Result<Kwargs> extras = extras_of(typed);
  if (!extras) return std::move(extras).error();
  const Result<ManifestFormat> format = parse_format(typed.value("format"));
  if (!format) return format.error();

  Result<std::unique_ptr<LiveInput>> opened = open_input(path, detached);
  if (!opened) return std::move(opened).error();
  LiveInput* const input = opened->get();
  Result<Manifest> manifest = Manifest::open(std::move(*opened), path, *format);
  if (!manifest) return std::move(manifest).error();

  Settings settings = settings_of(*manifest);
  if (Result<void> applied = apply_options(settings, typed); !applied) return applied.error();
  if (Result<void> checked = check_exit_status(settings); !checked) return checked.error();
  JobDefaults defaults;
  defaults.extras = std::move(*extras);
  defaults.shell = settings.shell ? CommandText::Shell::always : CommandText::Shell::when_needed;
  defaults.placeholders = settings.placeholders;
  Result<std::vector<Resource>> resources = resources_of(typed, manifest->resources());
  if (!resources) return std::move(resources).error();
  Result<std::optional<std::vector<Need>>> needs = needs_of(typed, *resources);
  if (!needs) return std::move(needs).error();
  defaults.needs = *std::move(needs);
  defaults.resources = settings.resources = *std::move(resources);
  return OpenManifest{std::move(*manifest), settings, std::move(defaults), input};
}

}  // namespace fanout
