#include "manifest/item_jobs.hpp"

#include "manifest/row_fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

JobSpec prototype() {
  JobSpec job;
  CommandText text;
  text.words = {"cat"};
  job.text = std::make_shared<CommandText>(text);
  job.cwd = "/tmp";
  return job;
}

ItemBatch batch_of(std::size_t rows, ItemBatch::Count count = ItemBatch::Count::at_most) {
  ItemBatch batch;
  batch.rows = rows;
  batch.count = count;
  return batch;
}

Texts jobs_in(std::deque<RowStep> script, const ItemBatch& batch = {}) {
  ItemJobs jobs(rows_of(std::move(script)), batch, prototype());
  Texts told;
  for (std::string& job : tell_all(jobs)) {
    if (job.starts_with("argv <cat> args ")) job.erase(0, 16);
    told.push_back(std::move(job));
  }
  return told;
}

/// One object with a key for each name.
class ObjectRows : public RowSource {
 public:
  explicit ObjectRows(Texts names) : names_(std::move(names)) {}
  NextRow next() override {
    if (std::exchange(is_over_, true)) return EndOfRows{};
    Row row;
    for (const std::string& name : names_) row.kwargs.set(name, Value::of_string("v"));
    return row;
  }

 private:
  Texts names_;
  bool is_over_ = false;
};

}  // namespace

TEST_CASE("each row is a job, a copy of the prototype with index and place") {
  ItemJobs jobs(rows_of({Texts{"a"}, Texts{"b", "c"}}), {}, prototype());
  CHECK(describe(jobs.next()) == R"(argv <cat> args ["a"])");
  const NextJob next = jobs.next();
  CHECK(describe(next) == R"(argv <cat> args ["b","c"])");
  const auto& job = std::get<JobSpec>(next);
  CHECK(job.index.value == 1);
  CHECK(job.cwd == "/tmp");
  CHECK(at(job.origin, "x") == "m:2:1: x");
  CHECK(describe(jobs.next()) == "end");
}

TEST_CASE("a command may get several rows with all their columns, the last one fewer") {
  CHECK(jobs_in({Texts{"1", "2"}, Pause{}, Texts{"3"}, Texts{"4"}}, batch_of(2)) ==
        Texts{"not yet", R"(["1","2","3"])", R"(["4"])", "end"});
  CHECK(jobs_in({}, batch_of(2)) == Texts{"end"});
}

TEST_CASE("exactly so many rows, and a rest is an error that names it") {
  const auto three = batch_of(3, ItemBatch::Count::exactly);
  CHECK(jobs_in({Texts{"1"}, Texts{"2"}, Texts{"3"}}, three) == Texts{R"(["1","2","3"])", "end"});
  CHECK(jobs_in({Texts{"1"}, Texts{"2"}, Texts{"3"}, Texts{"4"}, Texts{"5"}}, three) ==
        Texts{R"(["1","2","3"])",
              "error m:4:1: -N 3: 2 items are left, too few for another command"});
  CHECK(jobs_in({Texts{"1"}}, three).front() ==
        "error m:1:1: -N 3: 1 item is left, too few for another command");
  ItemJobs stopped(rows_of({Texts{"1"}, Pause{}, Texts{"2"}}), three, prototype());
  stopped.next();
  stopped.stop_reading();
  CHECK(describe(stopped.next()) == "end");
}

TEST_CASE("how many jobs there are follows from how many rows there are") {
  const auto total = [](std::size_t rows, const ItemBatch& batch) {
    return ItemJobs(items_of(Texts(rows, "x")), batch, prototype()).total();
  };
  CHECK(total(5, batch_of(1)) == 5);
  CHECK(total(5, batch_of(2)) == 3);
  CHECK(total(4, batch_of(2)) == 2);
  CHECK(total(5, batch_of(2, ItemBatch::Count::exactly)) == 2);
  CHECK(total(0, batch_of(2)) == 0);
  CHECK_FALSE(ItemJobs(rows_of({Pause{}}), {}, prototype()).total());
}

TEST_CASE("what was read before a mistake is a job before it is told") {
  CHECK(jobs_in({Texts{"1"}, usage_error("bad")}, batch_of(2)) == Texts{R"(["1"])", "error bad"});
  CHECK(jobs_in({Texts{"1"}, usage_error("bad")}, batch_of(2, ItemBatch::Count::exactly)) ==
        Texts{"error bad"});
}

TEST_CASE("the names of columns are the parameters of the command") {
  ItemJobs jobs(rows_of({Texts{"1", "2"}}, {"a", "b"}), {}, prototype());
  const NextJob job = jobs.next();
  CHECK(std::get<JobSpec>(job).text->params == Texts{"a", "b"});
  CHECK(std::get<JobSpec>(job).text->row_size == 0);
  CHECK_FALSE(std::get<JobSpec>(job).text->first_names);
}

TEST_CASE("where words are repeated all rows are as large as the first") {
  ItemBatch batch;
  batch.words = ItemBatch::Words::repeated;
  ItemJobs jobs(rows_of({Texts{"1", "2"}, Texts{"3"}}), batch, prototype());
  CHECK(std::get<JobSpec>(jobs.next()).text->row_size == 2);
  CHECK(describe(jobs.next()) ==
        "error m:2:1: 1 argument here, but 2 in the first item: with -X all have as many");
}

TEST_CASE("an object is a job of its own, and the first one's keys are told to the command") {
  ItemBatch batch;
  batch.keys = ItemBatch::Keys::as_in_first;
  ItemJobs jobs(std::make_unique<ObjectRows>(Texts{"a", "b"}), batch, prototype());
  const NextJob job = jobs.next();
  CHECK(describe(job) == R"(argv <cat> kwargs a="v" b="v")");
  CHECK(std::get<JobSpec>(job).text->first_names == Texts{"a", "b"});
  batch.rows = 2;
  ItemJobs several(std::make_unique<ObjectRows>(Texts{"a"}), batch, prototype());
  CHECK(describe(several.next()) ==
        "error an object is a command of its own: -n, -L, -N and -X do not go with it");
}
