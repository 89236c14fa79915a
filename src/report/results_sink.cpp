#include "report/results_sink.hpp"

#include <string>
#include <utility>

#include "report/record_json.hpp"

namespace fanout {
namespace {

NewFile output_file(const char* name, const Output& output) {
  NewFile file{name, Rope()};
  file.text.append(output.slice(), {});
  return file;
}

}  // namespace

Result<void> ResultsSink::on(const Event& event) {
  const auto* job = std::get_if<JobFinished>(&event);
  if (job == nullptr) return {};
  const JobRecord& record = job->record;
  Rope text;
  if (Result<void> done = append_record(text, record, clock_); !done) return done;
  text.text() += '\n';
  NewFolder folder;
  folder.place = places_.take(record.spec);
  folder.files.push_back(output_file("stdout", record.out));
  folder.files.push_back(output_file("stderr", record.err));
  folder.files.push_back({"seq", Rope(std::to_string(record.spec.index.value + 1))});
  folder.files.push_back({"record.json", std::move(text)});
  return folders_.write(std::move(folder));
}

}  // namespace fanout
