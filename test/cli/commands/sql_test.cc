// sql_test.cc: `waggle sql`.

#include <filesystem>

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

TEST_F(SqlCommand, SearchesCollectionsAsTables) {
  json({"vector", "create", "docs", "--dimensions", "2", "--metric", "l2"});
  json({"vector", "add", "docs", "near", "--vector", "[1,0]", "--content", "close by"});
  json({"vector", "add", "docs", "far", "--vector", "[9,0]"});
  constexpr const char* kQuery = "SELECT v.id, content, distance FROM vec.docs AS t JOIN vectors AS v ON v.collection = 'docs' AND v.id = t.id"
                                 " WHERE t.embedding MATCH vec_f32(:q) AND k = 1";
  EXPECT_TRUE(holds(json({"sql", kQuery, "-p", "q=[0,0]"}), R"("rows":[["near","close by",1]])")) << json({"sql", kQuery, "-p", "q=[0,0]"});
  const std::string file = runner_.file("waggle.db") + "-vec0";
  EXPECT_TRUE(std::filesystem::exists(file));
  json({"vector", "add", "docs", "nearer", "--vector", "[0,0]"});
  EXPECT_TRUE(holds(json({"sql", kQuery, "-p", "q=[0,0]"}), R"(["nearer",)"));
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  EXPECT_TRUE(holds(json({"sql", kQuery, "-p", "q=[0,0]"}), R"(["nearer",)"));
  json({"backup", runner_.file("copy.db")});
  EXPECT_FALSE(std::filesystem::exists(runner_.file("copy.db") + "-vec0"));
  EXPECT_EQ(run({"backup", file}).status, 2) << "a side file";
}

TEST_F(SqlCommand, TellsWhichTablesCannotBeHad) {
  json({"vector", "create", "docs", "--dimensions", "2"});
  json({"vector", "create", "dots", "--dimensions", "2", "--metric", "dot"});
  const Outcome unknown = run({"sql", "SELECT * FROM vec.birds"});
  EXPECT_EQ(unknown.status, 6);
  EXPECT_TRUE(holds(unknown.err, "birds") && holds(unknown.err, "(not_found)")) << unknown.err;
  EXPECT_TRUE(holds(run({"sql", "SELECT * FROM vec.dots"}).err, "cosine and l2"));
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"sql", "DELETE FROM vec.docs"}, {"sql", "DELETE FROM vec.docs", "--write"}, {"sql", "SELECT * FROM vec.docs", "--write"}}) {
    const Outcome refused = run(words);
    EXPECT_TRUE(holds(refused.err, "(read_only)")) << refused.err;
  }
  EXPECT_TRUE(holds(run({"sql", "SELECT id FROM vec.docs WHERE embedding MATCH '[1,2]'"}).err, "add: AND k = 10"));
}

}  // namespace
}  // namespace waggle::test
