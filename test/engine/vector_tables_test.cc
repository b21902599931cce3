// vector_tables_test.cc: tables of vec0 on a connection: what is put in is found, whatever names are made of.

#include "engine/vector_tables.h"

#include <vector>

#include "engine/engine_fixture.h"

namespace waggle::engine {
namespace {

class VectorTablesTest : public ::testing::Test {
 protected:
  VectorTablesTest() { connection_->load_vec0().value(); }

  static Status insert(VectorTables& tables, std::string_view table, std::string_view id, const std::vector<float>& numbers,
                       std::string_view agent = {}) {
    return tables.insert_vector(table, {.id = id, .agent_id = agent, .embedding = std::as_bytes(std::span(numbers))});
  }
  // The ids of the nearest to (1, 0) in the table "docs", nearest first.
  std::vector<std::string> nearest(sql::Text text = "SELECT id FROM docs WHERE embedding MATCH '[1,0]' AND k = 10 ORDER BY distance") {
    std::vector<std::string> ids;
    connection_
        ->query(text, {},
                [&](const sql::Row& row) -> Status {
                  ids.push_back(row.string(0));
                  return {};
                })
        .value();
    return ids;
  }

  test::TempDir dir_;
  std::unique_ptr<Connection> connection_ = Connection::open(dir_.file("tables.db"), {.access = Access::kCreate}, soon()).value();
};

using Ids = std::vector<std::string>;

TEST_F(VectorTablesTest, HoldWhatWasPutIn) {
  VectorTables tables(*connection_, "main");
  ASSERT_TRUE(tables.make_table("docs", {.dimensions = 2}));
  ASSERT_TRUE(insert(tables, "docs", "far", {0, 1}, "ann"));
  ASSERT_TRUE(insert(tables, "docs", "near", {2, 0}, "a name of more than twelve bytes"));
  EXPECT_EQ(nearest(), (Ids{"near", "far"}));
  EXPECT_EQ(nearest("SELECT id FROM docs WHERE embedding MATCH '[1,0]' AND k = 10 AND agent_id = 'a name of more than twelve bytes'"), Ids{"near"});
  EXPECT_EQ(nearest("SELECT id FROM docs WHERE embedding MATCH '[1,0]' AND k = 10 AND agent_id = 'a name of more than twelve bites'"), Ids{});
  ASSERT_TRUE(tables.remove_vector("docs", "near"));
  ASSERT_TRUE(tables.remove_vector("docs", "nobody"));
  ASSERT_TRUE(insert(tables, "docs", "near", {0, -1}, ""));
  EXPECT_EQ(nearest("SELECT id FROM docs WHERE embedding MATCH '[0,-1]' AND k = 1"), Ids{"near"});
  EXPECT_EQ(nearest("SELECT id FROM docs WHERE embedding MATCH '[0,-1]' AND k = 9 AND agent_id = ''"), Ids{"near"});
}

TEST_F(VectorTablesTest, MeasureAsTheyWereMade) {
  VectorTables tables(*connection_, "main");
  ASSERT_TRUE(tables.make_table("docs", {.dimensions = 2, .distance = sql::VectorTable::Distance::kL2}));
  ASSERT_TRUE(insert(tables, "docs", "long", {9, 0}));
  ASSERT_TRUE(insert(tables, "docs", "close", {1, 1}));
  EXPECT_EQ(nearest(), (Ids{"close", "long"}));
  ASSERT_TRUE(tables.drop_table("docs"));
  ASSERT_TRUE(tables.drop_table("docs"));
  ASSERT_TRUE(tables.make_table("docs", {.dimensions = 2}));
  EXPECT_EQ(nearest(), Ids{});
}

TEST_F(VectorTablesTest, MayHaveAnyName) {
  VectorTables tables(*connection_, "main");
  for (const char* name : {"a b", "a\"b", "ünï", "select", "%s", "a'b", "x;--"}) {
    ASSERT_TRUE(tables.make_table(name, {.dimensions = 2})) << name;
    ASSERT_TRUE(insert(tables, name, "one", {1, 0})) << name;
    ASSERT_TRUE(insert(tables, name, "two", {1, 0})) << name;
    ASSERT_TRUE(tables.remove_vector(name, "one")) << name;
    EXPECT_GE(tables.room_of(name).value(), 1) << name;
    ASSERT_TRUE(tables.drop_table(name)) << name;
  }
}

TEST_F(VectorTablesTest, RefuseVectorsOfAnotherLength) {
  VectorTables tables(*connection_, "main");
  ASSERT_TRUE(tables.make_table("docs", {.dimensions = 2}));
  EXPECT_FALSE(insert(tables, "docs", "a", {1, 2, 3}));
  EXPECT_FALSE(tables.make_table("large", {.dimensions = sql::VectorTable::kDimensionsMax + 1}));
  EXPECT_TRUE(tables.make_table("largest", {.dimensions = sql::VectorTable::kDimensionsMax}));
}

TEST_F(VectorTablesTest, SayHowMuchRoomTheyTake) {
  VectorTables tables(*connection_, "main");
  ASSERT_TRUE(tables.make_table("docs", {.dimensions = 2}));
  EXPECT_EQ(tables.room_of("docs").value(), 0);
  ASSERT_TRUE(connection_->execute("BEGIN"));
  for (int i = 0; i < 2'000; ++i) ASSERT_TRUE(insert(tables, "docs", std::to_string(i), {1, 0}));
  const std::int64_t full = tables.room_of("docs").value();
  EXPECT_GE(full, 2'000);
  // Of each two one: no block is free.
  for (int i = 0; i < 2'000; i += 2) ASSERT_TRUE(tables.remove_vector("docs", std::to_string(i)));
  EXPECT_EQ(tables.room_of("docs").value(), full);
  ASSERT_TRUE(connection_->roll_back());
}

}  // namespace
}  // namespace waggle::engine
