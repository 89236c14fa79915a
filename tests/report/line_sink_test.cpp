#include "report/line_sink.hpp"

#include <doctest/doctest.h>

#include "base/fake_scratch.hpp"
#include "fake_output.hpp"
#include "report/fakes.hpp"

using namespace fanout;

namespace {

struct Bench {
  Encoding tagged(const std::string& tag) { return {Encoding::Form::tagged, tag + "\t"}; }

  FakeScratch scratch;
  BlobStore store{scratch, {1 << 20, 1000, 0}};
  FakeWriter out;
  FakeWriter err;
  bool is_full = false;
  LineSink sink{out, err, {store, store, [this] { return is_full; }}};
};

}  // namespace

TEST_CASE("of jobs that were recorded before, lines are shown when they are told") {
  Bench bench;
  LineSink sink(bench.out, bench.err, {bench.store, bench.store, [] { return false; }},
                [](const TaggedJob& job) { return job.argv.back(); });
  JobRecord record;
  record.argv = {"echo", "x"};
  record.out = make_output("1\n2");
  record.err = make_output("e\n");
  REQUIRE(sink.on(JobFinished{record}));
  CHECK(bench.out.text.empty());  // it ran, and its lines came as they were said
  record.is_reused = true;
  REQUIRE(sink.on(JobFinished{record}));
  CHECK(bench.out.text == "x\t1\nx\t2\n");
  CHECK(bench.err.text == "x\te\n");
}

TEST_CASE("lines come out whole, whoever else writes between their parts") {
  Bench bench;
  LineWriter a(bench.sink.out(), {}, bench.sink.stores());
  LineWriter b(bench.sink.out(), {}, bench.sink.stores());
  REQUIRE(a.write("one "));
  REQUIRE(b.write("three\nfour"));
  REQUIRE(a.write("two\nfive\nsi"));
  CHECK(bench.out.text == "three\none two\nfive\n");
  REQUIRE(a.write("x\n"));
  REQUIRE(b.write("\n"));
  CHECK(bench.out.text == "three\none two\nfive\nsix\nfour\n");
  a.end();
  b.end();
  CHECK(bench.out.text == "three\none two\nfive\nsix\nfour\n");
}

TEST_CASE("a last line without a newline gets one only when another follows") {
  Bench bench;
  LineWriter a(bench.sink.out(), {}, bench.sink.stores());
  LineWriter b(bench.sink.out(), {}, bench.sink.stores());
  REQUIRE(a.write("a"));
  a.end();
  CHECK(bench.out.text == "a");
  REQUIRE(b.write("b"));
  b.end();
  CHECK(bench.out.text == "a\nb");
}

TEST_CASE("with a tag every line has one, and the last a newline") {
  Bench bench;
  LineWriter a(bench.sink.out(), bench.tagged("A"), bench.sink.stores());
  REQUIRE(a.write("1\n2"));
  REQUIRE(a.write("2\n\n3"));
  a.end();
  CHECK(bench.out.text == "A\t1\nA\t22\nA\t\nA\t3\n");
}

TEST_CASE("a line of any length stays one") {
  for (const bool is_tagged : {false, true}) {
    CAPTURE(is_tagged);
    Bench bench;
    const Encoding encoding = is_tagged ? bench.tagged("T") : Encoding{};
    const std::string tag = is_tagged ? "T\t" : "";
    LineWriter a(bench.sink.out(), encoding, bench.sink.stores());
    for (int i = 0; i < 100; ++i) REQUIRE(a.write(std::string(5000, 'x')));
    CHECK(bench.out.text.empty());
    CHECK(bench.store.taken_memory() <= 1000);
    REQUIRE(a.write("y\nnext\nlast"));
    const std::string lines = tag + std::string(500000, 'x') + "y\n" + tag + "next\n";
    CHECK(bench.out.text == lines);
    a.end();
    CHECK(bench.out.text == lines + tag + "last" + (is_tagged ? "\n" : ""));
  }
}

TEST_CASE("what is written while there is no room waits outside of memory") {
  Bench bench;
  bench.is_full = true;
  LineWriter a(bench.sink.out(), bench.tagged("A"), bench.sink.stores());
  REQUIRE(a.write(std::string(5000, 'x') + "\n"));
  CHECK(bench.out.text == "A\t" + std::string(5000, 'x') + "\n");
}

TEST_CASE("an error of one stream leaves the other, and is told in the end") {
  Bench bench;
  bench.out.fail_with = Error{ErrorKind::output, "disk full"};
  LineWriter out(bench.sink.out(), {}, bench.sink.stores());
  LineWriter err(bench.sink.err(), {}, bench.sink.stores());
  CHECK_FALSE(out.write("a\n"));
  CHECK(out.write("b\n"));
  CHECK(err.write("c\n"));
  CHECK(bench.sink.on(JobFinished{make_record(0, Exited{0})}));
  CHECK(bench.err.text == "c\n");
  const Result<void> end = bench.sink.on(RunFinished{});
  REQUIRE_FALSE(end);
  CHECK(end.error().message == "disk full");
}

TEST_CASE("a reader that went away is told at once") {
  Bench bench;
  bench.out.fail_with = Error{ErrorKind::reader_gone, ""};
  LineWriter out(bench.sink.out(), {}, bench.sink.stores());
  CHECK_FALSE(out.write("a\n"));
  CHECK_FALSE(bench.sink.on(JobFinished{make_record(0, Exited{0})}));
}
