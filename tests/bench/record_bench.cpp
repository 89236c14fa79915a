// Measures the record writer alone: outputs of 100 KiB are captured as they come from a pipe (with
// the check whether they are text), become JSON lines, and are thrown away. No process is started.
//
// bench_record text|binary BYTES: until so many bytes of output have become JSON. Prints one line,
// {"seconds": …, "bytes": …}. The seconds are of the processor, for others may use it, too.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <string_view>

#include "exec/tail_capture.hpp"
#include "os/scratch_file.hpp"
#include "report/json_sinks.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kOutputSize = std::size_t{100} << 10;
constexpr std::size_t kPipe = std::size_t{64} << 10;  // what is read of one at a time

/// As logs are: a newline and now and then quotes, little that is not ASCII.
std::string make_text() {
  constexpr std::string_view kLog =
      "2026-01-31T12:00:00.000250Z INFO  [worker-17] \"GET /items?id=4711 HTTP/1.1\" 200 in 23 ms\n"
      "2026-01-31T12:00:00.000981Z DEBUG [worker-03] cache miss for user=anna key=items/4711\n"
      "2026-01-31T12:00:00.002133Z INFO  [worker-17] "
      "{\"event\":\"saved\",\"id\":4711,\"ok\":true}\n"
      "2026-01-31T12:00:00.002907Z WARN  [worker-08] Größe von „Überweisung.pdf“: 12 KiB – zu "
      "groß\n"
      "2026-01-31T12:00:00.004410Z INFO  [worker-03] compiled src/base/json_text.cpp (1 of 218)\n"
      "\tat Worker.run(C:\\fanout\\worker.py:42)\n"
      "2026-01-31T12:00:00.005002Z INFO  [worker-11] ✓ 1204 tests passed, 0 failed, 3 skipped\n";
  std::string text;
  while (text.size() + kLog.size() <= kOutputSize) text += kLog;
  return text.append(kOutputSize - text.size(), '.');
}

std::string make_binary() {
  std::mt19937 random(1);
  std::string bytes;
  while (bytes.size() < kOutputSize) bytes += static_cast<char>(random() & 0xFF);
  return bytes;
}

struct Nowhere : ByteWriter {
  std::uint64_t taken = 0;

  using ByteWriter::write;
  Result<void> write(std::string_view bytes) override {
    taken += bytes.size();
    return {};
  }
};

Output capture(BlobStore& store, std::string_view said) {
  TailCapture capture(store, {});
  for (; !said.empty(); said.remove_prefix(std::min(kPipe, said.size()))) {
    capture.append(said.substr(0, kPipe));
  }
  return capture.take();
}

JobRecord make_record(std::uint64_t index, Output out) {
  JobRecord record;
  record.spec.index = JobIndex{index};
  record.argv = {"cat", "log"};
  record.attempts.push_back(
      {{JobIndex{index}, 1, SlotNumber{1}}, Exited{0}, Instant(1s), 15ms, {10ms, 2ms, 4096}});
  record.out = std::move(out);
  return record;
}

bool run(std::string_view said, std::uint64_t wanted) {
  ScratchFile scratch;
  BlobStore outputs(scratch);
  BlobStore waiting(scratch);
  Nowhere nowhere;
  JsonLinesSink sink(nowhere, {}, Order::completion, waiting);
  std::uint64_t bytes = 0;
  const std::clock_t start = std::clock();
  for (std::uint64_t index = 0; bytes < wanted; ++index) {
    const Event finished = JobFinished{make_record(index, capture(outputs, said))};
    if (!sink.on(finished)) return false;
    bytes += said.size();
  }
  const double took = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("{\"seconds\":%.6f,\"bytes\":%llu}\n", took, static_cast<unsigned long long>(bytes));
  return nowhere.taken > bytes;  // JSON of it is longer
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view kind = argc == 3 ? argv[1] : "";
  if (kind != "text" && kind != "binary") {
    std::fputs("usage: bench_record text|binary BYTES\n", stderr);
    return 2;
  }
  return run(kind == "text" ? make_text() : make_binary(), std::strtoull(argv[2], nullptr, 10)) ? 0
                                                                                                : 1;
}
