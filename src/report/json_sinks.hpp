// The sinks that write JSON to one place: the document, JSON lines, and values.
#pragma once

#include <string>

#include "fanout/base/blob.hpp"
#include "fanout/base/bytes.hpp"
#include "fanout/settings.hpp"
#include "fanout/sink.hpp"
#include "report/in_order.hpp"
#include "report/job_list.hpp"
#include "report/run_info.hpp"

namespace fanout {

// In input order, what waits for its turn is kept in `waiting`, which must outlive the sink and
// what it wrote.

/// `-o json`: one document, written as the records come.
class JsonSink : public Sink {
 public:
  JsonSink(ByteWriter& writer, RunInfo info, Order order, BlobStore& waiting);
  Result<void> on(const Event& event) override;

 private:
  Result<void> begin();
  Result<void> add(const JobRecord& record);
  Result<void> end(const Summary& summary);

  ByteWriter& writer_;
  RunInfo info_;
  PassageOrder order_;
  JobList succeeded_, failed_, aborted_;
};

/// `-o jsonl`: one record a line, then a line with the summary.
class JsonLinesSink : public Sink {
 public:
  JsonLinesSink(ByteWriter& writer, RunInfo info, Order order, BlobStore& waiting);
  Result<void> on(const Event& event) override;

 private:
  ByteWriter& writer_;
  RunInfo info_;
  PassageOrder order_;
};

/// `-o values`: an array, or an object when the jobs are named, of what the jobs said.
class ValuesSink : public Sink {
 public:
  ValuesSink(ByteWriter& writer, RunInfo info, Order order, BlobStore& waiting,
             std::string replacement);
  Result<void> on(const Event& event) override;

 private:
  Result<void> add(const JobRecord& record);

  ByteWriter& writer_;
  RunInfo info_;
  PassageOrder order_;
  std::string replacement_;
};

}  // namespace fanout
