// sql_test.cc: `waggle sql`.

#include "cli/runner.h"

namespace waggle::test {
namespace {

class SqlCommand : public CliTest {};

TEST_F(SqlCommand, AnswersWithTypes) {
  EXPECT_EQ(json({"sql", "SELECT 9007199254740993 AS big, 2.5 AS r, NULL AS n, x'00ff' AS b"}),
            R"({"columns":["big","r","n","b"],"rows":[[9007199254740993,2.5,null,{"base64":"AP8="}]],"rows_affected":0,"last_insert_rowid":0})"
            "\n");
  EXPECT_EQ(run({"sql", "SELECT 41+1 AS answer"}).out, "answer\n42\n");
  EXPECT_EQ(run({"sql", "-"}, "SELECT 1 AS one").out, "one\n1\n");
}

TEST_F(SqlCommand, BindsParameters) {
  EXPECT_TRUE(holds(json({"sql", "SELECT :i, @t, typeof(:n), :j", "-p", "i=5", "-p", "t=\"it's\"", "-p", "n=null", "-p", "j={\"a\": 1}"}),
                    R"("rows":[[5,"it's","null","{\"a\":1}"]])"));
  EXPECT_EQ(run({"sql", "SELECT 1", "-p", "x={hunter2"}).status, 2);
}

TEST_F(SqlCommand, WritesOnlyWhenTold) {
  EXPECT_EQ(run({"sql", "CREATE TABLE notes(id INTEGER PRIMARY KEY, body TEXT)"}).status, 4);
  EXPECT_EQ(run({"sql", "CREATE TABLE notes(id INTEGER PRIMARY KEY, body TEXT)", "--write"}).status, 0);
  EXPECT_TRUE(
      holds(json({"sql", "INSERT INTO notes(body) VALUES (:a), ('b')", "--write", "-p", "a=\"x\""}), R"("rows_affected":2,"last_insert_rowid":2})"));
  EXPECT_EQ(run({"sql", "DELETE FROM notes", "--write"}).out, "rows affected: 2\n");
}

TEST_F(SqlCommand, TellsWhatSqlRefuses) {
  json({"sql", "CREATE TABLE notes(id INTEGER PRIMARY KEY)", "--write"});
  json({"sql", "INSERT INTO notes VALUES (1)", "--write"});
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"sql", "SELEC 1"}, {"sql", "SELECT * FROM nowhere"}, {"sql", "INSERT INTO notes VALUES (1)", "--write"}}) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.status, 3) << outcome.err;
    EXPECT_TRUE(holds(outcome.err, "(sql): ")) << outcome.err;
  }
}

}  // namespace
}  // namespace waggle::test
