// untrusted_test.cc: users' SQL: parameters, answers and their bounds.

#include <gtest/gtest.h>

#include <string>

#include "engine/engine_fixture.h"

namespace waggle::engine {
namespace {

class UntrustedTest : public EngineTest {
 protected:
  Result<ResultSet> ask(std::string text, std::map<std::string, Value> parameters = {}, std::int64_t rows_max = 1000) {
    return engine_->run_untrusted({std::move(text), std::move(parameters), sql::UntrustedStatement::Access::kRead, rows_max}, soon());
  }
  Result<ResultSet> write(std::string text, std::map<std::string, Value> parameters = {}) {
    return engine_->run_untrusted({std::move(text), std::move(parameters), sql::UntrustedStatement::Access::kWrite, 1000}, soon());
  }

  std::shared_ptr<Engine> engine_ = make();
};

TEST_F(UntrustedTest, EveryTypeComesBack) {
  const Blob blob = {std::byte{0}, std::byte{7}};
  const auto answer = ask("SELECT :n AS n, @i, $r, :t, :b, :e",
                          {{"n", nullptr}, {"i", std::int64_t{-5}}, {"r", 0.5}, {"t", std::string("a\0b", 3)}, {"b", blob}, {"e", Blob{}}});
  ASSERT_TRUE(answer) << answer.error().describe();
  ASSERT_EQ(answer->rows.size(), 1U);
  const auto& row = answer->rows[0];
  EXPECT_EQ(answer->columns[0], "n");
  EXPECT_EQ(row[0], Value(nullptr));
  EXPECT_EQ(row[1], Value(std::int64_t{-5}));
  EXPECT_EQ(row[2], Value(0.5));
  EXPECT_EQ(row[3], Value(std::string("a\0b", 3)));
  EXPECT_EQ(row[4], Value(blob));
  EXPECT_EQ(row[5], Value(Blob{}));
  EXPECT_EQ(answer->rows_affected, 0);
}

TEST_F(UntrustedTest, ParametersMustFit) {
  for (const auto& wrong : {ask("SELECT :a"), ask("SELECT 1", {{"a", std::int64_t{1}}}), ask("SELECT ?", {{"a", std::int64_t{1}}})}) {
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code(), Code::kInvalidArgument);
  }
  EXPECT_TRUE(ask("SELECT :a + :a", {{"a", std::int64_t{1}}}));
}

TEST_F(UntrustedTest, ExactlyOneStatement) {
  for (const char* text : {"", "   ", ";", "SELECT 1; SELECT 2", "-- nothing"}) {
    const auto wrong = ask(text);
    ASSERT_FALSE(wrong) << text;
    EXPECT_EQ(wrong.error().code(), Code::kInvalidArgument) << text;
  }
  const auto hidden = ask(std::string("SELECT 1\0; SELECT 2", 19));
  ASSERT_FALSE(hidden);
  EXPECT_EQ(hidden.error().code(), Code::kInvalidArgument);
  EXPECT_TRUE(ask("SELECT 1;"));
  EXPECT_TRUE(ask("SELECT 1 ; \n"));
  const auto comment = ask("SELECT 1; -- and a remark");
  EXPECT_TRUE(comment) << comment.error().describe();
}

TEST_F(UntrustedTest, WritesSayWhatTheyDid) {
  const auto inserted = write("INSERT INTO items VALUES(:a, 1), (:b, 2)", {{"a", std::string("x")}, {"b", std::string("y")}});
  ASSERT_TRUE(inserted) << inserted.error().describe();
  EXPECT_EQ(inserted->rows_affected, 2);
  EXPECT_EQ(inserted->last_insert_rowid, 2);
  const auto updated = write("UPDATE items SET number = 5 WHERE name = 'x' RETURNING number");
  ASSERT_TRUE(updated);
  EXPECT_EQ(updated->rows_affected, 1);
  EXPECT_EQ(updated->last_insert_rowid, 0);
  EXPECT_EQ(updated->rows.at(0).at(0), Value(std::int64_t{5}));
  EXPECT_EQ(write("CREATE TABLE own(x)")->rows_affected, 0);
  EXPECT_EQ(count(*engine_), 2);
}

TEST_F(UntrustedTest, ARefusedWriteLeavesNothing) {
  ASSERT_TRUE(write("INSERT INTO items VALUES('x', 1)"));
  const auto taken = write("INSERT INTO items VALUES('y', 1), ('x', 2)");
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code(), Code::kInvalidArgument);
  EXPECT_NE(taken.error().sqlite_code(), 0);
  EXPECT_EQ(count(*engine_), 1);
}

TEST_F(UntrustedTest, AnswersAreBounded) {
  const std::string ten = "VALUES (1),(2),(3),(4),(5),(6),(7),(8),(9),(10)";
  EXPECT_TRUE(ask(ten, {}, 10));
  const auto more = ask(ten, {}, 9);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code(), Code::kExhausted);
  const auto heavy = ask("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10) SELECT zeroblob(100000000) FROM n");
  ASSERT_FALSE(heavy);
  EXPECT_EQ(heavy.error().code(), Code::kExhausted);
  // The connection still serves.
  EXPECT_TRUE(ask("SELECT 1"));
}

TEST_F(UntrustedTest, AnEndlessStatementEndsAtTheDeadlineAndHarmsNoOtherWriter) {
  sql::UntrustedStatement endless;
  endless.text = "INSERT INTO items SELECT 'n' || i, i FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)";
  endless.access = sql::UntrustedStatement::Access::kWrite;
  const auto late = engine_->run_untrusted(endless, within(std::chrono::milliseconds(50)));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), Code::kDeadline);
  EXPECT_TRUE(put(*engine_, "a"));
  EXPECT_EQ(count(*engine_), 1);
}

TEST_F(UntrustedTest, AWrongStatementSaysWhatIsWrong) {
  const auto wrong = ask("SELECT nothing FROM items");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code(), Code::kInvalidArgument);
  EXPECT_NE(wrong.error().message().find("nothing"), std::string::npos);
  EXPECT_NE(wrong.error().sqlite_code(), 0);
}

TEST_F(UntrustedTest, OnlyReadingStatementsHaveFunctionsOfVectors) {
  const auto distance = ask("SELECT vec_distance_l2('[0,0]', vec_f32('[3,4]'))");
  ASSERT_TRUE(distance) << distance.error().describe();
  EXPECT_EQ(distance->rows[0][0], Value(5.0));
  // A schema that names them could be read by no other program, and by no connection that has not loaded them.
  for (const char* text : {"CREATE INDEX by_length ON items(vec_length(name))", "CREATE TABLE own(v CHECK(vec_length(v) = 2))"}) {
    EXPECT_FALSE(write(text)) << text;
  }
  EXPECT_TRUE(put(*engine_, "a"));
  EXPECT_TRUE(make()->check(soon())->empty());
}

}  // namespace
}  // namespace waggle::engine
