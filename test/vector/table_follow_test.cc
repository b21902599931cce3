// table_follow_test.cc: tables in the file beside the database: of which state they are, what is followed, and what is made anew. That statements
// find what the rows say under damage of every kind is sql_tables_test.cc's.

#include "vector/table_follow.h"

#include "engine/vector_file.h"
#include "support/store_fixture.h"
#include "waggle/vectors.h"

namespace waggle::test {
namespace {

using vector::TableSource;
using vector::TableStep;

class TableFollowTest : public StoreTest {
 protected:
  TableFollowTest() { VectorStore(scope_).create({.name = "docs", .dimensions = 2}).value(); }

  static base::Deadline later() { return base::Deadline::after(std::chrono::seconds(20)); }
  void put(const std::string& id, float x) { VectorStore(scope_).in("docs").upsert({.id = id, .embedding = {x, 1}}).value(); }

  Result<TableStep> step(std::int64_t ahead = 0) {
    TableStep step = TableStep::kGoOn;
    WAGGLE_TRY(scope_.read([&](stores::Reading& reading) -> Status {
      WAGGLE_ASSIGN_OR_RETURN(const TableSource source, vector::find_source(reading.sql, "docs"));
      return file_.write(later(), [&](sql::VectorWriter& file) -> Status {
        WAGGLE_ASSIGN_OR_RETURN(step, vector::step_table(reading.sql, source, ahead, file, later(), held_));
        WAGGLE_ASSIGN_OR_RETURN(rows_, file.query_integer("SELECT count(*) FROM main.docs", {}));
        return {};
      });
    }));
    return step;
  }
  bool is_current() {
    auto state = vector::TableState::kOther;
    EXPECT_TRUE(file_.at_moment(sql::VectorFile::Place::kFile, later(), [&](sql::VectorMoment& moment) -> Status {
      WAGGLE_ASSIGN_OR_RETURN(const TableSource source, vector::find_source(moment.reader(), "docs"));
      WAGGLE_ASSIGN_OR_RETURN(state, vector::state_of_table(moment.reader(), source));
      return {};
    }));
    return state == vector::TableState::kCurrent;
  }

  engine::VectorFile file_{db_.engine(), db_.path() + "-vec0"};
  std::int64_t held_ = 0;
  std::int64_t rows_ = 0;
};

TEST_F(TableFollowTest, FollowsTheLog) {
  put("a", 1);
  EXPECT_FALSE(is_current());
  EXPECT_EQ(step().value(), TableStep::kDone);
  EXPECT_TRUE(is_current());
  EXPECT_EQ(rows_, 1);
  put("b", 2);
  put("a", 3);
  EXPECT_FALSE(is_current());
  EXPECT_EQ(step().value(), TableStep::kDone);
  EXPECT_TRUE(is_current());
  EXPECT_EQ(rows_, 2);
  VectorStore(scope_).in("docs").remove("a").value();
  EXPECT_EQ(step().value(), TableStep::kDone);
  EXPECT_EQ(rows_, 1);
  VectorStore(scope_).create({.name = "other", .dimensions = 2}).value();
  EXPECT_TRUE(is_current()) << "another collection changes nothing here";
}

TEST_F(TableFollowTest, IsMadeAnewWhereTheLogWasCutOrTheCollectionIsAnother) {
  put("a", 1);
  step().value();
  put("b", 1);
  ASSERT_TRUE(scope_.write([](stores::Writing& writing) -> Status {
    WAGGLE_TRY(writing.sql.execute("DELETE FROM changes", {}));
    return {};
  }));
  EXPECT_EQ(step().value(), TableStep::kDone);
  EXPECT_EQ(rows_, 2);
  EXPECT_TRUE(is_current());
  VectorStore(scope_).drop("docs").value();
  VectorStore(scope_).create({.name = "docs", .dimensions = 3}).value();
  VectorStore(scope_).in("docs").upsert({.id = "c", .embedding = {1, 2, 3}}).value();
  EXPECT_EQ(step().value(), TableStep::kDone);
  EXPECT_EQ(rows_, 1);
  EXPECT_TRUE(is_current());
}

TEST_F(TableFollowTest, IsLeftAheadUnlessItsHistoryIsAnother) {
  put("a", 1);
  put("b", 1);
  EXPECT_EQ(step().value(), TableStep::kDone);
  const std::int64_t newest = held_;
  // As if the log had never come so far: a backup was restored.
  ASSERT_TRUE(scope_.write([&](stores::Writing& writing) -> Status {
    WAGGLE_TRY(writing.sql.execute("DELETE FROM changes WHERE seq = ?1", {newest}));
    WAGGLE_TRY(writing.sql.execute("DELETE FROM vectors WHERE id = 'b'", {}));
    WAGGLE_TRY(writing.sql.execute("UPDATE collections SET count = 1, version = version - 1", {}));
    WAGGLE_TRY(writing.sql.execute("UPDATE sqlite_sequence SET seq = ?1 - 1 WHERE name = 'changes'", {newest}));
    return {};
  }));
  EXPECT_EQ(step().value(), TableStep::kAhead) << "it may be another thread that is quicker";
  EXPECT_EQ(held_, newest);
  EXPECT_FALSE(is_current());
  EXPECT_EQ(step(newest).value(), TableStep::kDone);
  EXPECT_EQ(rows_, 1);
  EXPECT_TRUE(is_current());
}

TEST_F(TableFollowTest, IsFilledInParts) {
  std::vector<PutVector> vectors;
  for (int i = 0; i < 5'000; ++i) vectors.push_back({.id = std::to_string(i), .embedding = {static_cast<float>(i), 1}});
  VectorStore(scope_).in("docs").upsert_many(vectors).value();
  EXPECT_EQ(step().value(), TableStep::kGoOn);
  EXPECT_FALSE(is_current());
  // What is filled in already, and what is not, may change meanwhile.
  put("1", 7);
  put("4999", 7);
  put("new", 7);
  VectorStore(scope_).in("docs").remove("2").value();
  VectorStore(scope_).in("docs").remove("4998").value();
  int steps = 1;
  while (step().value() != TableStep::kDone) ASSERT_LT(++steps, 10);
  EXPECT_EQ(rows_, 4'999);
  EXPECT_TRUE(is_current());
}

TEST_F(TableFollowTest, IsMadeAnewWhenMostOfItIsGone) {
  std::vector<PutVector> vectors;
  for (int i = 0; i < 4'000; ++i) vectors.push_back({.id = std::to_string(i), .embedding = {static_cast<float>(i), 1}});
  VectorStore(scope_).in("docs").upsert_many(vectors).value();
  while (step().value() != TableStep::kDone) continue;
  const auto room = [&] {
    std::int64_t vectors_of_room = 0;
    file_
        .write(later(),
               [&](sql::VectorWriter& file) -> Status {
                 WAGGLE_ASSIGN_OR_RETURN(vectors_of_room, file.room_of("docs"));
                 return {};
               })
        .value();
    return vectors_of_room;
  };
  EXPECT_GE(room(), 4'000);
  for (int i = 0; i < 4'000; ++i) {
    if (i % 4 != 0) VectorStore(scope_).in("docs").remove(std::to_string(i)).value();
  }
  while (step().value() != TableStep::kDone) continue;
  put("one more", 1);
  while (step().value() != TableStep::kDone) continue;
  EXPECT_EQ(rows_, 1'001);
  EXPECT_LE(room(), 2'048);
}

TEST_F(TableFollowTest, FindsACollectionByItsName) {
  VectorStore(scope_).create({.name = "Docs", .dimensions = 4}).value();
  VectorStore(scope_).create({.name = "Only", .dimensions = 5}).value();
  VectorStore(scope_).create({.name = "dots", .dimensions = 2, .metric = Metric::kDot}).value();
  VectorStore(scope_).create({.name = "wide", .dimensions = 8'193}).value();
  VectorStore(scope_).create({.name = "sqlite_own", .dimensions = 2}).value();
  ASSERT_TRUE(scope_.read([](stores::Reading& reading) -> Status {
    EXPECT_EQ(vector::find_source(reading.sql, "Only")->table.dimensions, 5);
    EXPECT_EQ(vector::find_source(reading.sql, "ONLY")->name, "Only");
    const auto none = vector::find_source(reading.sql, "nobody");
    EXPECT_EQ(none.error().code(), Code::kNotFound);
    EXPECT_NE(none.error().message().find("nobody"), std::string::npos);
    for (const char* name : {"docs", "Docs", "dots", "wide", "sqlite_own"}) {
      EXPECT_EQ(vector::find_source(reading.sql, name).error().code(), Code::kUnsupported) << name;
    }
    return {};
  }));
}

TEST(NamesCollide, WhereSqlOrVec0TakeThemForOne) {
  EXPECT_TRUE(vector::names_collide("docs", "Docs"));
  EXPECT_TRUE(vector::names_collide("docs", "docs_rowids"));
  EXPECT_TRUE(vector::names_collide("DOCS_chunks", "docs"));
  EXPECT_FALSE(vector::names_collide("docs", "docs_2"));
  EXPECT_FALSE(vector::names_collide("docs_rowids", "docs_chunks"));
}

}  // namespace
}  // namespace waggle::test
