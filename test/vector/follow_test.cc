// An index follows its rows, whoever wrote them.

#include "vector/follow.h"

#include "support/store_fixture.h"
#include "waggle/vectors.h"

namespace waggle::vector {
namespace {

class FollowerTest : public test::StoreTest {
 protected:
  FollowerTest() { vectors_.create({.name = "c", .dimensions = 1, .metric = Metric::kL2}).value(); }

  CollectionState state(sql::Reader& reader) {
    CollectionState state{.name = "c", .seq = 1, .options = options_, .version = 0, .count = 0};
    state.version = reader.query_integer("SELECT version FROM collections WHERE name = 'c'", {}).value();
    state.count = reader.query_integer("SELECT count FROM collections WHERE name = 'c'", {}).value();
    return state;
  }
  Status catch_up(const base::Deadline& deadline = base::Deadline::after(std::chrono::seconds(10))) {
    return db_.engine().read(deadline, [&](sql::Reader& reader) { return follower_.catch_up(reader, state(reader), file_); });
  }
  void save_graph_of_rows() {
    CollectionIndex& index = follower_.index();
    const auto graph = hnsw::GraphIndex::create(options_.graph()).value();
    for (std::size_t place = 0; place < index.labels().size(); ++place) graph->insert(index.labels()[place], index.vector_at(place)).value();
    file_.save(*graph, *follower_.mark()).value();
  }
  void run(sql::Text statement) {
    db_.engine()
        .write(base::Deadline::after(std::chrono::seconds(10)),
               [&](sql::Writer& writer) -> Status {
                 WAGGLE_TRY(writer.execute(statement, {}));
                 return {};
               })
        .value();
  }
  // What it finds must be what is there.
  void expect_equal_to_rows() {
    ASSERT_TRUE(catch_up());
    const std::vector<float> origin = {0};
    std::vector<std::int64_t> indexed;
    const CollectionIndex::Found found = follower_.index().search(origin, {.k = 10'000}).value();
    for (const hnsw::Match& match : found.matches) indexed.push_back(static_cast<std::int64_t>(match.label));
    std::sort(indexed.begin(), indexed.end());
    std::vector<std::int64_t> rows;
    db_.engine()
        .read(base::Deadline::after(std::chrono::seconds(10)),
              [&](sql::Reader& reader) -> Status {
                WAGGLE_ASSIGN_OR_RETURN(rows, reader.query_all("SELECT seq FROM vectors WHERE collection = 'c' ORDER BY seq", {},
                                                               [](const sql::Row& row) { return row.integer(0); }));
                return {};
              })
        .value();
    EXPECT_EQ(indexed, rows);
  }

  VectorStore vectors_{scope_};
  VectorCollection c_ = vectors_.in("c");
  GraphFile file_{db_.path(), 1};
  IndexOptions options_{.dimensions = 1, .metric = hnsw::Metric::kL2};
  Follower follower_;
};

TEST_F(FollowerTest, FillsAndThenAppliesChanges) {
  for (int i = 0; i < 20; ++i) c_.upsert({.id = std::to_string(i), .embedding = {static_cast<float>(i)}}).value();
  EXPECT_FALSE(follower_.version());
  expect_equal_to_rows();
  c_.remove("7").value();
  c_.upsert({.id = "8", .embedding = {-1}}).value();
  c_.upsert({.id = "new", .embedding = {0.5F}}).value();
  EXPECT_LT(*follower_.version(), 23);
  expect_equal_to_rows();
  EXPECT_EQ(follower_.index().search(std::vector<float>{-1}, {.k = 1}).value().matches.front().label, 9U);
}

TEST_F(FollowerTest, LeavesOtherCollectionsAlone) {
  vectors_.create({.name = "cc", .dimensions = 1}).value();
  c_.upsert({.id = "x", .embedding = {1}}).value();
  expect_equal_to_rows();
  vectors_.in("cc").upsert({.id = "x", .embedding = {2}}).value();
  c_.upsert({.id = "y", .embedding = {1}}).value();
  vectors_.in("cc").remove("x").value();
  expect_equal_to_rows();
}

TEST_F(FollowerTest, BeginsAnewWhenTheLogWasTrimmed) {
  c_.upsert({.id = "x", .embedding = {1}}).value();
  expect_equal_to_rows();
  c_.remove("x").value();
  c_.upsert({.id = "y", .embedding = {2}}).value();
  run("DELETE FROM changes");
  expect_equal_to_rows();
}

TEST_F(FollowerTest, BeginsAnewForOtherOptions) {
  c_.upsert({.id = "x", .embedding = {1}}).value();
  expect_equal_to_rows();
  options_.generation = 1;
  expect_equal_to_rows();
  EXPECT_EQ(follower_.index().options(), options_);
}

// The file has the vectors; the log has what came since, and whose filters are asked for later come from the rows.
TEST_F(FollowerTest, BeginsWithAFileAndTheLog) {
  options_.kind = IndexKind::kHnsw;
  for (int i = 1; i <= 50; ++i) c_.upsert({.id = std::to_string(i), .embedding = {static_cast<float>(i)}, .metadata = Json(R"({"a":1})")}).value();
  expect_equal_to_rows();
  save_graph_of_rows();
  c_.remove("7").value();
  c_.upsert({.id = "8", .embedding = {-1}}).value();
  c_.upsert({.id = "new", .embedding = {0.5F}}).value();
  follower_ = Follower();
  expect_equal_to_rows();
  EXPECT_NE(follower_.index().graph(), nullptr);
  EXPECT_EQ(follower_.index().rows(), 2U);
  EXPECT_FALSE(follower_.index().has_attributes());
  db_.engine()
      .read(base::Deadline::after(std::chrono::seconds(10)), [&](sql::Reader& reader) { return follower_.load_attributes(reader, state(reader)); })
      .value();
  const Filter filter = Filter::parse(R"({"a":1})").value();
  EXPECT_EQ(follower_.index().search(std::vector<float>{0}, {.k = 100, .selection = {.filter = &filter}}).value().matches.size(), 48U);
}

TEST_F(FollowerTest, TakesNoFileOfAnotherHistory) {
  options_.kind = IndexKind::kHnsw;
  for (int i = 1; i <= 50; ++i) c_.upsert({.id = std::to_string(i), .embedding = {static_cast<float>(i)}}).value();
  expect_equal_to_rows();
  save_graph_of_rows();
  run("UPDATE changes SET at = at + 1 WHERE seq = (SELECT max(seq) FROM changes)");
  follower_ = Follower();
  expect_equal_to_rows();
  EXPECT_EQ(follower_.index().graph(), nullptr);
}

TEST_F(FollowerTest, GoesOnWhereItWasInterrupted) {
  for (int i = 0; i < 2000; ++i) c_.upsert({.id = std::to_string(i), .embedding = {static_cast<float>(i)}}).value();
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = base::Deadline::after(std::chrono::seconds(10), stop.get_token());
  int tries = 0;
  // The interruption falls where the engine looks at it; some of the rows are in, and change before the next try.
  while (tries++ < 5 && !catch_up(stopped)) {
    EXPECT_FALSE(follower_.version());
    c_.remove(std::to_string(tries)).value();
    c_.upsert({.id = std::to_string(100 + tries), .embedding = {-5}}).value();
  }
  expect_equal_to_rows();
}

TEST_F(FollowerTest, ADamagedRowIsAnErrorUntilItIsMended) {
  c_.upsert({.id = "x", .embedding = {1}}).value();
  run("UPDATE vectors SET embedding = x'00'");
  EXPECT_EQ(catch_up().error().code(), Code::kCorruption);
  EXPECT_FALSE(follower_.version());
  c_.upsert({.id = "x", .embedding = {3}}).value();
  expect_equal_to_rows();
}

}  // namespace
}  // namespace waggle::vector
