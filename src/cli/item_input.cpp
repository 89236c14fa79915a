#include "cli/item_input.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "cli/item_options.hpp"
#include "expand/job_text.hpp"
#include "expand/packed_jobs.hpp"
#include "fanout/base/text.hpp"
#include "manifest/item_jobs.hpp"
#include "manifest/named_rows.hpp"
#include "manifest/shuffled_rows.hpp"
#include "manifest/word_rows.hpp"
#include "os/argument_room.hpp"
#include "os/cpus.hpp"

namespace fanout {
namespace {

using Joined = RowList::Joined;

/// One list: the items after `:::`, or a file. Those of -a come first, standard input only when
/// there is no other.
struct ListPlace {
  ListWords::Kind kind = ListWords::Kind::files;
  Joined joined = Joined::product;
  std::vector<std::string> items;
  std::string file;
};

std::vector<ListPlace> places_of(const TypedOptions& typed, std::vector<ListWords> lists) {
  std::vector<ListPlace> places;
  const auto add_file = [&](const std::string& file, Joined joined) {
    places.push_back({ListWords::Kind::files, joined, {}, file});
  };
  if (const auto files = typed.options.find("arg-file"); files != typed.options.end()) {
    for (const std::string& file : files->second) add_file(file, Joined::product);
  }
  for (ListWords& list : lists) {
    if (list.kind == ListWords::Kind::items) {
      places.push_back({list.kind, list.joined, std::move(list.words), {}});
    } else {
      for (const std::string& file : list.words) add_file(file, list.joined);
    }
  }
  if (places.empty()) add_file("-", Joined::product);
  return places;
}

Result<void> check(const std::vector<ListPlace>& places, const MapItems& items) {
  if (places.front().joined == Joined::linked) {
    return usage_error("a + links a list to the one before it, and there is none before the first");
  }
  if (std::ranges::count(places, "-", &ListPlace::file) > 1) {
    return usage_error("standard input can be only one of the lists");
  }
  const bool are_all_words = std::ranges::all_of(
      places, [](const ListPlace& place) { return place.kind == ListWords::Kind::items; });
  if (items.about_streams.empty() || !are_all_words) return {};
  return usage_error("--" + items.about_streams +
                     " is about items that are read, and all items are words after :::");
}

/// The command with items as good as any.
Result<JobSpec> trial_of(JobSpec job, const MapItems& items, std::size_t lists) {
  constexpr std::size_t kEnough = 4096;  // nobody writes {4097}
  CommandText text = *job.text;
  if (items.is_packed) text.row_size = lists;
  job.text = std::make_shared<const CommandText>(std::move(text));
  const Result<Template> made = Template::parse(job.text);
  if (!made) return made.error();
  job.args.assign(std::min(items.batch.rows, kEnough) * lists, Value::of_string("item"));
  Result<Kwargs> merged = made->merge(job.args, {});
  if (!merged) return std::move(merged).error();
  job.kwargs = *std::move(merged);
  const Result<Command> command = made->expand(job.args, job.kwargs, 1, is_program);
  if (!command) return command.error();
  return job;
}

Result<void> check_text(JobText text, const JobSpec& trial, const std::string& option) {
  const Result<std::string> made = text.of(trial, SlotNumber{});
  if (made) return {};
  return usage_error("--" + option + ": " + made.error().message);
}

/// So that a mistake in the command itself, or in what is to be said of its jobs, is told before an
/// item is read. Where only the items tell how many columns there are and what they are called,
/// what can be known without.
Result<void> check_command(const JobSpec& job, const MapItems& items, std::size_t lists,
                           const TypedOptions& typed) {
  const Result<Template> made = Template::parse(job.text);
  if (!made) return made.error();
  if (items.has_columns() || items.has_header) return {};
  const Result<JobSpec> trial = trial_of(job, items, lists);
  if (!trial) return trial.error();
  for (const char* option : {"tag-string", "mutex"}) {
    const std::string* text = typed.value(option);
    if (text == nullptr) continue;
    Result<void> checked = check_text(JobText(*text, job.text->all_token), *trial, option);
    if (!checked) return checked;
  }
  return {};
}

Result<std::unique_ptr<RowSource>> open_list(RunRequest& request, ListPlace place,
                                             const MapItems& items) {
  std::unique_ptr<RowSource> rows;
  if (place.kind == ListWords::Kind::items) {
    rows = std::make_unique<WordRows>(std::move(place.items), items.read.form);
  } else {
    Result<std::unique_ptr<LiveInput>> input = open_input(place.file, request.detached);
    if (!input) return std::move(input).error();
    request.live_inputs.push_back(input->get());
    rows = std::make_unique<LineRows>(std::move(*input), place.file, items.read);
  }
  if (items.has_header) rows = std::make_unique<NamedRows>(std::move(rows));
  return rows;
}

Result<std::unique_ptr<RowSource>> open_lists(RunRequest& request, std::vector<ListPlace> places,
                                              const MapItems& items) {
  std::vector<RowList> lists;
  for (ListPlace& place : places) {
    const Joined joined = place.joined;
    Result<std::unique_ptr<RowSource>> rows = open_list(request, std::move(place), items);
    if (!rows) return std::move(rows).error();
    lists.push_back({std::move(*rows), joined});
  }
  if (lists.size() == 1) return std::move(lists.front().rows);
  return std::unique_ptr<RowSource>(std::make_unique<ProductRows>(std::move(lists)));
}

/// Items of one column go to where they fit; of several, or of a fixed number of them, a command
/// picks those it wants.
JobSpec with_rest(JobSpec job, const MapItems& items, std::size_t lists) {
  const bool is_exact = items.batch.count == ItemBatch::Count::exactly;
  const bool has_places = items.has_columns() || items.has_header || lists > 1 || is_exact;
  if (!has_places && !items.is_packed) return job;
  CommandText text = *job.text;
  text.rest = CommandText::Rest::appended_if_none_is_used;
  job.text = std::make_shared<const CommandText>(std::move(text));
  return job;
}

CommandRoom room_for(const MapItems& items) {
  const ArgumentRoom room = argument_room();
  return {room.bytes, room.word, items.most_packed.value_or(room.bytes)};
}

}  // namespace

Result<void> item_input(RunRequest& request, const TypedOptions& typed,
                        std::vector<ListWords> lists, JobSpec prototype) {
  const Result<MapItems> items = map_items(typed);
  if (!items) return items.error();
  std::vector<ListPlace> places = places_of(typed, std::move(lists));
  if (Result<void> checked = check(places, *items); !checked) return checked;
  prototype = with_rest(std::move(prototype), *items, places.size());
  if (Result<void> checked = check_command(prototype, *items, places.size(), typed); !checked) {
    return checked;
  }

  Result<std::unique_ptr<RowSource>> rows = open_lists(request, std::move(places), *items);
  if (!rows) return std::move(rows).error();
  if (items->is_shuffled) {
    const std::uint64_t seed = items->seed ? *items->seed : std::random_device()();
    *rows = std::make_unique<ShuffledRows>(std::move(*rows), seed);
  }
  request.jobs = std::make_unique<ItemJobs>(std::move(*rows), items->batch, std::move(prototype));
  if (items->is_packed) {
    const std::uint32_t workers = request.settings.max_workers.resolve(usable_processors());
    request.jobs = std::make_unique<PackedJobs>(std::move(request.jobs), room_for(*items), workers);
  }
  request.jobs = expanded(std::move(request.jobs), request.shown);
  return {};
}

}  // namespace fanout
